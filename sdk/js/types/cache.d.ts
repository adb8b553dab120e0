import type { Context } from './context.js';
import type { Duration } from './duration.js';
export type Entry = {
    /**
     * when the value was fetched, in Unix seconds
     */
    at: number;
    value: any;
};
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
export declare class Cache {
    #private;
    /**
     * Creates the cache of a name, for one call. Give it another name when the form of its values changes.
     *
     * @param {Pick<Context, 'now'>} context
     * @param {string} name
     * @param {{ fresh: Duration, stale: Duration }} ages
     */
    constructor(context: Pick<Context, 'now'>, name: string, { fresh, stale }: {
        fresh: Duration;
        stale: Duration;
    });
    /**
     * Returns the value of a key if it is fresh. Else fetches and stores it.
     *
     * @template T
     * @param {string} key
     * @param {() => T} fetch
     * @returns {T}
     * @throws whatever `fetch` throws, if no stale value stands in for it
     */
    getOrFetch<T>(key: string, fetch: () => T): T;
}
