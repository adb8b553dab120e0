export type Expected = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next';
/** @typedef {'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next'} Expected */
/**
 * Parses JSON, or tells the place of its first fault.
 *
 * @param {string} text
 * @returns {{ value: any } | { place: string }}
 */
export declare function parseJson(text: string): {
    value: any;
} | {
    place: string;
};
/**
 * Writes a value as JSON. A number that is not finite has no form there, though engines write `null`.
 *
 * @param {unknown} value
 * @returns {string}
 * @throws {TypeError} if the value, or something in it, has no form in JSON
 */
export declare function textOfJson(value: unknown): string;
