export type PluralCategory = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
export type LocaleData = {
    date: string;
    longDate: string;
    months: readonly string[];
    shortMonths: readonly string[];
    decimal: string;
    group: string;
    /**
     * the digits from which on they are grouped
     */
    groupedFrom: number;
    /**
     * the forms of a positive and a negative number, with `0` for its digits
     */
    number: readonly string[];
    percent: readonly string[];
    /**
     * with `¤` for the symbol of the currency
     */
    money: readonly string[];
    symbols: Record<string, string>;
    plural: Record<string, {
        mod?: number;
        in?: number[];
        notIn?: number[];
    }[][]>;
};
/** @typedef {'zero' | 'one' | 'two' | 'few' | 'many' | 'other'} PluralCategory */
/**
 * The forms of a language.
 *
 * @typedef {object} LocaleData
 * @property {string} date
 * @property {string} longDate
 * @property {readonly string[]} months
 * @property {readonly string[]} shortMonths
 * @property {string} decimal
 * @property {string} group
 * @property {number} groupedFrom the digits from which on they are grouped
 * @property {readonly string[]} number the forms of a positive and a negative number, with `0` for its digits
 * @property {readonly string[]} percent
 * @property {readonly string[]} money with `¤` for the symbol of the currency
 * @property {Record<string, string>} symbols
 * @property {Record<string, { mod?: number, in?: number[], notIn?: number[] }[][]>} plural
 */
/** @type {{ source: string, currencies: Record<string, { symbol: string, digits: number }>, locales: Record<string, LocaleData> }} */
export declare const CLDR: {
    source: string;
    currencies: Record<string, {
        symbol: string;
        digits: number;
    }>;
    locales: Record<string, LocaleData>;
};
