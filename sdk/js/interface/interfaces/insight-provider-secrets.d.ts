declare module 'insight:provider/secrets@1.0.0' {
  /**
   * Returns a secret that the plugin is granted to read: text of at most
   * 64 KiB. Names have 1 to 64 letters, digits, `-`, `_` and `.`.
   */
  export function reveal(name: string): string;
  /**
   * Why a secret stays one.
   */
  export type SecretError = SecretErrorUnknown | SecretErrorNotReadable | SecretErrorOther;
  /**
   * The plugin is granted no secret of this name.
   */
  export interface SecretErrorUnknown {
    tag: 'unknown',
  }
  /**
   * The plugin may send it, in a header or a body, but not read it.
   */
  export interface SecretErrorNotReadable {
    tag: 'not-readable',
  }
  /**
   * Anything that a later host knows; says what.
   */
  export interface SecretErrorOther {
    tag: 'other',
    val: string,
  }
}
