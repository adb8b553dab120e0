/**
 * Returns milliseconds of a clock, to be compared with another of the same call.
 *
 * @returns {number}
 */
export declare function clock(): number;
