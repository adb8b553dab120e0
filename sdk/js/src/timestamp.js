// Instants in RFC 3339, to the second, from the year 1 to 9999. `Date` takes too many texts for such, and some wrongly.

import { DAY, secondsOf } from './duration.js';
import { Failed } from './failure.js';

/** @import { Duration } from './duration.js' */

const RFC_3339 = new RegExp(
  String.raw`^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?` + String.raw`(?:[Zz]|([+-])(\d\d):(\d\d))$`,
);
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * An instant in UTC, to the second. Instants compare by `<` and `>`, and print as `2026-05-12T08:30:00Z`.
 *
 * @example
 * const expires = Timestamp.parse('2026-05-26T10:00:00+02:00');
 * if (expires < context.now().plus({ days: 14 })) …
 */
export class Timestamp {
  /**
   * The seconds since 1970-01-01T00:00:00Z.
   *
   * @type {number}
   * @readonly
   */
  unix;

  /** @param {number} unix */
  constructor(unix) {
    if (!Number.isInteger(unix) || unix < FIRST || unix > LAST) {
      throw new Failed('an instant is not within the years 1 to 9999');
    }
    this.unix = unix;
  }

  /**
   * Creates the instant of so many seconds since 1970. A fraction is cut off.
   *
   * @param {number} seconds
   * @returns {Timestamp}
   */
  static fromUnix(seconds) {
    return new Timestamp(Math.floor(seconds));
  }

  /**
   * Parses an instant in RFC 3339, with any offset. A fraction of a second is cut off, and second 60 counts as 59.
   *
   * @param {string} text
   * @returns {Timestamp}
   * @throws {Failed} if the text is no such instant
   */
  static parse(text) {
    const unix = parsed(text);
    if (unix === undefined) throw new Failed('a text is no instant in RFC 3339');
    return new Timestamp(unix);
  }

  /**
   * Returns the instant after a duration.
   *
   * @param {Duration} duration
   * @returns {Timestamp}
   */
  plus(duration) {
    return Timestamp.fromUnix(this.unix + secondsOf(duration));
  }

  /**
   * Returns the instant before a duration.
   *
   * @param {Duration} duration
   * @returns {Timestamp}
   */
  minus(duration) {
    return Timestamp.fromUnix(this.unix - secondsOf(duration));
  }

  /**
   * Returns how many days of the calendar, in UTC, lie between this instant and another: 1 for tomorrow.
   *
   * @param {Timestamp} other
   * @returns {number}
   */
  daysUntil(other) {
    return Math.floor(other.unix / DAY) - Math.floor(this.unix / DAY);
  }

  /**
   * Compares two instants, for `sort`: negative if this one is earlier.
   *
   * @param {Timestamp} other
   * @returns {number}
   */
  compare(other) {
    return this.unix - other.unix;
  }

  /**
   * Returns the date in UTC; months count from 1.
   *
   * @returns {{ year: number, month: number, day: number }}
   */
  date() {
    return civil(Math.floor(this.unix / DAY));
  }

  /** @returns {string} */
  toString() {
    const { year, month, day } = this.date();
    const second = this.unix - Math.floor(this.unix / DAY) * DAY;
    const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(twoDigits);
    return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}T${time.join(':')}Z`;
  }

  /** @returns {string} */
  toJSON() {
    return this.toString();
  }

  /**
   * Returns the seconds since 1970, by which operators compare.
   *
   * @returns {number}
   */
  valueOf() {
    return this.unix;
  }
}

/** @param {string} text */
function parsed(text) {
  const found = RFC_3339.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const [offsetHour, offsetMinute] = [Number(found[8] ?? 0), Number(found[9] ?? 0)];
  const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const offset = (offsetHour * 60 + offsetMinute) * (found[7] === '-' ? -60 : 60);
  const unix = days(year, month, day) * DAY + hour * 3600 + minute * 60 + Math.min(second, 59) - offset;
  return unix >= FIRST && unix <= LAST ? unix : undefined;
}

/**
 * @param {number} year
 * @param {number} month
 */
function daysOf(year, month) {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/**
 * Returns the days since 1970-01-01. Years are taken to begin in March, so that the leap day is a year's last.
 *
 * @param {number} year
 * @param {number} month
 * @param {number} day
 */
function days(year, month, day) {
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}

/**
 * Returns the date of a number of days since 1970-01-01: the reverse of `days`.
 *
 * @param {number} since1970
 */
function civil(since1970) {
  const total = since1970 + 719_468;
  const era = Math.floor(total / 146_097);
  const dayOfEra = total - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

/** @param {number} value */
function twoDigits(value) {
  return String(value).padStart(2, '0');
}
