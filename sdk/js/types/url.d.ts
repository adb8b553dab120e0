export type QueryValue = string | number | boolean | undefined;
/**
 * Returns a path with each value as one segment.
 *
 * @param {readonly string[]} parts
 * @param {readonly (string | number)[]} values
 * @returns {string}
 */
export declare function pathOf(parts: readonly string[], values: readonly (string | number)[]): string;
/**
 * Returns a query, with its question mark.
 *
 * @param {readonly (readonly [string, QueryValue])[]} pairs
 * @returns {string}
 */
export declare function queryOf(pairs: readonly (readonly [string, QueryValue])[]): string;
