export type Duration = {
    days?: number;
    hours?: number;
    minutes?: number;
    seconds?: number;
};
/**
 * A duration: the sum of its parts, such as `{ days: 14 }` or `{ hours: 1, minutes: 30 }`. A day has 24 hours.
 *
 * @typedef {object} Duration
 * @property {number} [days]
 * @property {number} [hours]
 * @property {number} [minutes]
 * @property {number} [seconds]
 */
/** The seconds of a day. */
export declare const DAY = 86400;
/**
 * Returns the seconds of a duration.
 *
 * @param {Duration} duration
 * @returns {number}
 */
export declare function secondsOf({ days, hours, minutes, seconds }: Duration): number;
