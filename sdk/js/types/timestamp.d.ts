import type { Duration } from './duration.js';
/**
 * An instant in UTC, to the second. Instants compare by `<` and `>`, and print as `2026-05-12T08:30:00Z`.
 *
 * @example
 * const expires = Timestamp.parse('2026-05-26T10:00:00+02:00');
 * if (expires < context.now().plus({ days: 14 })) …
 */
export declare class Timestamp {
    /**
     * The seconds since 1970-01-01T00:00:00Z.
     *
     * @type {number}
     * @readonly
     */
    readonly unix: number;
    /** @param {number} unix */
    constructor(unix: number);
    /**
     * Creates the instant of so many seconds since 1970. A fraction is cut off.
     *
     * @param {number} seconds
     * @returns {Timestamp}
     */
    static fromUnix(seconds: number): Timestamp;
    /**
     * Parses an instant in RFC 3339, with any offset. A fraction of a second is cut off, and second 60 counts as 59.
     *
     * @param {string} text
     * @returns {Timestamp}
     * @throws {Failed} if the text is no such instant
     */
    static parse(text: string): Timestamp;
    /**
     * Returns the instant after a duration.
     *
     * @param {Duration} duration
     * @returns {Timestamp}
     */
    plus(duration: Duration): Timestamp;
    /**
     * Returns the instant before a duration.
     *
     * @param {Duration} duration
     * @returns {Timestamp}
     */
    minus(duration: Duration): Timestamp;
    /**
     * Returns how many days of the calendar, in UTC, lie between this instant and another: 1 for tomorrow.
     *
     * @param {Timestamp} other
     * @returns {number}
     */
    daysUntil(other: Timestamp): number;
    /**
     * Compares two instants, for `sort`: negative if this one is earlier.
     *
     * @param {Timestamp} other
     * @returns {number}
     */
    compare(other: Timestamp): number;
    /**
     * Returns the date in UTC; months count from 1.
     *
     * @returns {{ year: number, month: number, day: number }}
     */
    date(): {
        year: number;
        month: number;
        day: number;
    };
    /** @returns {string} */
    toString(): string;
    /** @returns {string} */
    toJSON(): string;
    /**
     * Returns the seconds since 1970, by which operators compare.
     *
     * @returns {number}
     */
    valueOf(): number;
}
