/**
 * Puts values into the places of a text: `{count} visits`. A place without a value stays.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export declare function fill(text: string, values: Record<string, string | number>): string;
