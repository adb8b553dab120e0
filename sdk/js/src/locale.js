// Dates, numbers, money and plurals in the seller's language. QuickJS has no `Intl`.

import { rounded } from './decimal.js';
import { CLDR } from './locale-data.js';

/** @import { Context } from './context.js' */
/** @import { Decimal } from './decimal.js' */
/** @import { LocaleData, PluralCategory } from './locale-data.js' */
/** @import { Timestamp } from './timestamp.js' */

/** Signs of currencies, and full stops: StarlingMonkey's expressions know no letters. */
const ENDS_IN_NO_LETTER = /[$.\u00a2-\u00a5\u20a0-\u20cf\uffe0-\uffe6]$/;

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
export class Locale {
  /**
   * The language, as a BCP 47 tag.
   *
   * @type {string}
   * @readonly
   */
  language;
  #data;

  /**
   * Creates the locale of a language: `de-LU` has the forms of `de`, and a language that the SDK does not know those of
   * `en`.
   *
   * @param {string} language a BCP 47 tag
   */
  constructor(language) {
    this.language = language;
    const known = language.replace(/^no\b/i, 'nb');
    this.#data = /** @type {LocaleData} */ (CLDR.locales[lookup(Object.keys(CLDR.locales), known) ?? 'en']);
  }

  /**
   * Chooses, of the languages of a plugin, the one that the seller reads best. The first is the plugin's own, which is
   * chosen if the seller reads none of them. `de-AT` is matched by `de-AT`, else by `de`, else by any other German.
   *
   * @param {Pick<Context, 'languages'>} context
   * @param {readonly [string, ...string[]]} spoken BCP 47 tags
   * @returns {Locale}
   */
  static of(context, spoken) {
    const best = context.languages.map((read) => lookup(spoken, read) ?? kindred(spoken, read));
    return new Locale(best.find((tag) => tag !== undefined) ?? spoken[0]);
  }

  /**
   * Chooses by language, such as texts. `de` stands in for `de-AT`, and the first for a language that is absent.
   *
   * @template T
   * @param {Record<string, T>} byLanguage
   * @returns {T}
   */
  choose(byLanguage) {
    const tags = Object.keys(byLanguage);
    const tag = lookup(tags, this.language) ?? tags[0];
    if (tag === undefined) throw new RangeError('there is nothing to choose from');
    return /** @type {T} */ (byLanguage[tag]);
  }

  /**
   * Returns the date of an instant, in UTC: `May 12, 2026`, with the month cut short.
   *
   * @param {Timestamp} at
   * @returns {string}
   */
  date(at) {
    return this.#date(this.#data.date, at);
  }

  /**
   * Returns the date of an instant, in UTC, with the month in full.
   *
   * @param {Timestamp} at
   * @returns {string}
   */
  longDate(at) {
    return this.#date(this.#data.longDate, at);
  }

  /**
   * Returns a number with so many digits after the point. A half is rounded to the even neighbour.
   *
   * @param {number | string} value decimal text is exact
   * @param {number} [digits]
   * @returns {string}
   */
  number(value, digits = 0) {
    return this.#signed(this.#data.number, rounded(value, digits));
  }

  /**
   * Returns a share as a percentage: 0.25 is `25%`.
   *
   * @param {number | string} share decimal text is exact
   * @param {number} [digits]
   * @returns {string}
   */
  percent(share, digits = 0) {
    return this.#signed(this.#data.percent, rounded(share, digits, 2));
  }

  /**
   * Returns an amount of money, with the digits of the currency's minor units.
   *
   * @param {number | string} amount decimal text is exact
   * @param {string} currency code of ISO 4217, such as `EUR`
   * @returns {string}
   */
  money(amount, currency) {
    const { symbol: common = currency, digits = 2 } = CLDR.currencies[currency] ?? {};
    const symbol = this.#data.symbols[currency] ?? common;
    // Letters do not touch digits.
    const spaced = ENDS_IN_NO_LETTER.test(symbol) ? symbol : `${symbol}\u00a0`;
    const patterns = this.#data.money.map((pattern) => pattern.replace('¤0', `${spaced}0`).replace('¤', symbol));
    return this.#signed(patterns, rounded(amount, digits));
  }

  /**
   * Chooses by the plural category of a number.
   *
   * @template T
   * @param {number} count
   * @param {Plurals<T>} forms
   * @returns {T}
   */
  plural(count, forms) {
    return forms[this.pluralCategory(count)] ?? forms.other;
  }

  /**
   * Returns the plural category of a number; `other` for one with a fraction.
   *
   * @param {number} count
   * @returns {PluralCategory}
   */
  pluralCategory(count) {
    const whole = Math.abs(count);
    if (!Number.isInteger(whole)) return 'other';
    const found = Object.entries(this.#data.plural).find(([, alternatives]) => {
      return alternatives.some((conditions) => conditions.every((condition) => holds(condition, whole)));
    });
    return found ? /** @type {PluralCategory} */ (found[0]) : 'other';
  }

  /**
   * @param {string} pattern
   * @param {Timestamp} at
   */
  #date(pattern, at) {
    const { year, month, day } = at.date();
    /** @type {Record<string, string | undefined>} */
    const fields = {
      d: String(day),
      dd: String(day).padStart(2, '0'),
      M: String(month),
      MM: String(month).padStart(2, '0'),
      MMM: this.#data.shortMonths[month - 1],
      MMMM: this.#data.months[month - 1],
      y: String(year),
    };
    return pattern.replace(/\{(\w+)\}/g, (_, field) => fields[field] ?? '');
  }

  /**
   * Puts a number into the pattern of its sign.
   *
   * @param {readonly string[]} patterns
   * @param {Decimal} number
   */
  #signed([positive = '0', negative = '-0'], { isNegative, whole, fraction }) {
    const { decimal, group, groupedFrom } = this.#data;
    const isGrouped = whole.length >= groupedFrom;
    const grouped = isGrouped ? whole.replace(/\B(?=(\d{3})+$)/g, () => group) : whole;
    const digits = fraction ? `${grouped}${decimal}${fraction}` : grouped;
    return (isNegative ? negative : positive).replace('0', () => digits);
  }
}

/**
 * Looks a tag up by the scheme of RFC 4647: whole, then shortened from the end step by step.
 *
 * @param {readonly string[]} tags
 * @param {string} wanted
 * @returns {string | undefined}
 */
function lookup(tags, wanted) {
  for (let range = wanted; range; range = range.slice(0, Math.max(0, range.lastIndexOf('-')))) {
    const found = tags.find((tag) => tag.toLowerCase() === range.toLowerCase());
    if (found) return found;
  }
  return undefined;
}

/**
 * Returns the first tag of the same language, whatever its region.
 *
 * @param {readonly string[]} tags
 * @param {string} wanted
 */
function kindred(tags, wanted) {
  return tags.find((tag) => primary(tag) === primary(wanted));
}

/** @param {string} tag */
function primary(tag) {
  return tag.split('-')[0]?.toLowerCase();
}

/**
 * @param {{ mod?: number, in?: readonly number[], notIn?: readonly number[] }} condition
 * @param {number} whole
 */
function holds({ mod, in: within, notIn }, whole) {
  const value = mod ? whole % mod : whole;
  const [low = 0, high = 0] = within ?? notIn ?? [];
  return (low <= value && value <= high) === (within !== undefined);
}
