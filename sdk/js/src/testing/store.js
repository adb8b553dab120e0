// The fake key-value store, whose entries expire by the fake host's clock.

import { DAY } from '../duration.js';

/** A store of texts. */
export class FakeStore {
  /** @type {Map<string, { value: string, end: number }>} */
  #entries = new Map();
  #now;

  /** @param {() => number} now returns milliseconds of the clock */
  constructor(now) {
    this.#now = now;
  }

  /**
   * Returns the value of a key, if it is there and has not expired.
   *
   * @param {string} key
   * @returns {string | undefined}
   */
  get(key) {
    const entry = this.#entries.get(key);
    return entry && this.#now() < entry.end ? entry.value : undefined;
  }

  /**
   * Stores a value for so many seconds, at least 1 and at most a day, as the host does.
   *
   * @param {string} key
   * @param {string} value
   * @param {number} seconds
   */
  set(key, value, seconds) {
    const kept = Math.min(Math.max(seconds, 1), DAY);
    this.#entries.set(key, { value, end: this.#now() + kept * 1000 });
  }
}
