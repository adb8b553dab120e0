declare module 'insight:provider/key-value@1.0.0' {
  /**
   * Returns the value of a key, if there is one.
   */
  export function get(key: string): string | undefined;
  /**
   * Stores a value for so many seconds, at least 1 and at most a day, unless
   * set otherwise, in place of any before it. Other numbers count as the
   * nearest of these. The host may keep it for less.
   */
  export function set(key: string, value: string, ttlSeconds: number): void;
  /**
   * Removes a key, if it is there.
   */
  export function remove(key: string): void;
  /**
   * Why the cache does not serve.
   */
  export type StoreError = StoreErrorNotGranted | StoreErrorTooLong | StoreErrorFull | StoreErrorUnavailable | StoreErrorOther;
  /**
   * The plugin is not granted it.
   */
  export interface StoreErrorNotGranted {
    tag: 'not-granted',
  }
  /**
   * The key or the value is longer than allowed.
   */
  export interface StoreErrorTooLong {
    tag: 'too-long',
  }
  /**
   * The plugin has stored as much as it may.
   */
  export interface StoreErrorFull {
    tag: 'full',
  }
  /**
   * The store does not respond in time.
   */
  export interface StoreErrorUnavailable {
    tag: 'unavailable',
  }
  /**
   * Anything that a later host knows; says what.
   */
  export interface StoreErrorOther {
    tag: 'other',
    val: string,
  }
}
