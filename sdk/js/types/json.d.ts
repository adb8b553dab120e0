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
