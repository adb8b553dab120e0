// Durations, as an object that names its units.

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
export const DAY = 86_400;

/**
 * Returns the seconds of a duration.
 *
 * @param {Duration} duration
 * @returns {number}
 */
export function secondsOf({ days = 0, hours = 0, minutes = 0, seconds = 0 }) {
  return days * DAY + hours * 3600 + minutes * 60 + seconds;
}
