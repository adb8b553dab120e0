// A cache of JSON that outlives the call, in the host's key-value store.

import { getEntry, setEntry } from '#host/key-value';

import { secondsOf } from './duration.js';
import { Failure } from './failure.js';
import { attempt, textOf } from './host-error.js';
import { textOfJson } from './json.js';
import * as log from './log.js';

/** @import { Context } from './context.js' */
/** @import { Duration } from './duration.js' */

/**
 * An entry of the store.
 *
 * @typedef {object} Entry
 * @property {number} at when the value was fetched, in Unix seconds
 * @property {any} value
 */

/**
 * A cache of JSON values with two ages. A value that is younger than the fresh age is returned as it is. A value that
 * is not older than the stale age stands in when a backend is unavailable or wants fewer requests.
 *
 * A store that does not serve costs the call nothing but the fetch: it is logged, once a call.
 *
 * @example
 * const cache = new Cache(context, 'visits', { fresh: { seconds: 60 }, stale: { hours: 1 } });
 * const visits = cache.getOrFetch(accountId, () => api.get`/v1/accounts/${accountId}/visits`.json());
 */
export class Cache {
  #now;
  #name;
  #fresh;
  #stale;
  #isLogged = false;

  /**
   * Creates the cache of a name, for one call. Give it another name when the form of its values changes.
   *
   * @param {Pick<Context, 'now'>} context
   * @param {string} name
   * @param {{ fresh: Duration, stale: Duration }} ages
   */
  constructor(context, name, { fresh, stale }) {
    this.#now = context.now().unix;
    this.#name = name;
    this.#fresh = secondsOf(fresh);
    this.#stale = Math.max(secondsOf(stale), this.#fresh);
  }

  /**
   * Returns the value of a key if it is fresh. Else fetches and stores it.
   *
   * @template T
   * @param {string} key
   * @param {() => T} fetch
   * @returns {T}
   * @throws whatever `fetch` throws, if no stale value stands in for it
   */
  getOrFetch(key, fetch) {
    const stored = this.#read(key);
    const age = stored && Math.max(0, this.#now - stored.at);
    if (stored && age !== undefined && age < this.#fresh) return stored.value;
    try {
      const value = fetch();
      this.#write(key, value);
      return value;
    } catch (thrown) {
      const isMomentary = thrown instanceof Failure && ['unavailable', 'throttled'].includes(thrown.payload.tag);
      if (isMomentary && stored && age !== undefined && age <= this.#stale) {
        log.warn('a stored value stands in for the backend', { cache: this.#name, failure: thrown.payload.tag });
        return stored.value;
      }
      throw thrown;
    }
  }

  /**
   * @param {string} key
   * @returns {Entry | undefined}
   */
  #read(key) {
    const text = this.#ask(() => getEntry(this.#key(key)));
    if (typeof text !== 'string') return undefined;
    const entry = entryIn(text);
    if (!entry) this.#tell('an entry is malformed');
    return entry;
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  #write(key, value) {
    if (value === undefined) return;
    const entry = textIn({ at: this.#now, value });
    if (entry === undefined) return log.debug('a value has no form in JSON, and is not stored', { cache: this.#name });
    // A value of just that age is served still.
    this.#ask(() => setEntry(this.#key(key), entry, this.#stale + 1));
  }

  /** @param {string} key */
  #key(key) {
    return `${this.#name}:${key}`;
  }

  /**
   * @template T
   * @param {() => T} call
   * @returns {T | undefined}
   */
  #ask(call) {
    const outcome = attempt(call);
    if (!('error' in outcome)) return outcome.value;
    this.#tell(textOf(outcome.error));
    return undefined;
  }

  /** @param {string} reason */
  #tell(reason) {
    if (!this.#isLogged) log.debug('the cache does not serve', { cache: this.#name, reason });
    this.#isLogged = true;
  }
}

/**
 * @param {Entry} entry
 * @returns {string | undefined}
 */
function textIn(entry) {
  try {
    return textOfJson(entry);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} text
 * @returns {Entry | undefined}
 */
function entryIn(text) {
  try {
    const entry = JSON.parse(text);
    return Number.isInteger(entry?.at) && 'value' in entry ? entry : undefined;
  } catch {
    return undefined;
  }
}
