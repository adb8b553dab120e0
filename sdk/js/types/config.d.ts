/**
 * Returns a value as text, if it is set.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export declare function get(name: string): string | undefined;
/**
 * Returns a value as text.
 *
 * @param {string} name
 * @returns {string}
 * @throws {Failed} if it is not set; the failure names it
 */
export declare function require(name: string): string;
