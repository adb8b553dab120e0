import type { Context } from './context.js';
import type { PluralCategory } from './locale-data.js';
import type { Timestamp } from './timestamp.js';
export type Plurals<T> = {
    [K in PluralCategory]?: T;
} & {
    other: T;
};
/**
 * Texts by plural category. The language decides which ones it has; `other` stands in for those that are absent.
 *
 * @template T
 * @typedef {{ [K in PluralCategory]?: T } & { other: T }} Plurals
 */
/**
 * A language with its forms of dates, numbers, money and plurals.
 *
 * @example
 * const locale = Locale.of(context, ['en', 'de']);
 * const { signed } = locale.choose({
 *   en: { signed: { one: '{count} signature', other: '{count} signatures' } },
 *   de: { signed: { one: '{count} Unterschrift', other: '{count} Unterschriften' } },
 * });
 * const text = fill(locale.plural(count, signed), { count });
 */
export declare class Locale {
    #private;
    /**
     * The language, as a BCP 47 tag.
     *
     * @type {string}
     * @readonly
     */
    readonly language: string;
    /**
     * Creates the locale of a language: `de-LU` has the forms of `de`, and a language that the SDK does not know those of
     * `en`.
     *
     * @param {string} language a BCP 47 tag
     */
    constructor(language: string);
    /**
     * Chooses, of the languages of a plugin, the one that the seller reads best. The first is the plugin's own, which is
     * chosen if the seller reads none of them. `de-AT` is matched by `de-AT`, else by `de`, else by any other German.
     *
     * @param {Pick<Context, 'languages'>} context
     * @param {readonly [string, ...string[]]} spoken BCP 47 tags
     * @returns {Locale}
     */
    static of(context: Pick<Context, 'languages'>, spoken: readonly [string, ...string[]]): Locale;
    /**
     * Chooses by language, such as texts. `de` stands in for `de-AT`, and the first for a language that is absent.
     *
     * @template T
     * @param {Record<string, T>} byLanguage
     * @returns {T}
     */
    choose<T>(byLanguage: Record<string, T>): T;
    /**
     * Returns the date of an instant, in UTC: `May 12, 2026`, with the month cut short.
     *
     * @param {Timestamp} at
     * @returns {string}
     */
    date(at: Timestamp): string;
    /**
     * Returns the date of an instant, in UTC, with the month in full.
     *
     * @param {Timestamp} at
     * @returns {string}
     */
    longDate(at: Timestamp): string;
    /**
     * Returns a number with so many digits after the point. A half is rounded to the even neighbour.
     *
     * @param {number | string} value decimal text is exact
     * @param {number} [digits]
     * @returns {string}
     */
    number(value: number | string, digits?: number): string;
    /**
     * Returns a share as a percentage: 0.25 is `25%`.
     *
     * @param {number | string} share decimal text is exact
     * @param {number} [digits]
     * @returns {string}
     */
    percent(share: number | string, digits?: number): string;
    /**
     * Returns an amount of money, with the digits of the currency's minor units.
     *
     * @param {number | string} amount decimal text is exact
     * @param {string} currency code of ISO 4217, such as `EUR`
     * @returns {string}
     */
    money(amount: number | string, currency: string): string;
    /**
     * Chooses by the plural category of a number.
     *
     * @template T
     * @param {number} count
     * @param {Plurals<T>} forms
     * @returns {T}
     */
    plural<T>(count: number, forms: Plurals<T>): T;
    /**
     * Returns the plural category of a number; `other` for one with a fraction.
     *
     * @param {number} count
     * @returns {PluralCategory}
     */
    pluralCategory(count: number): PluralCategory;
}
