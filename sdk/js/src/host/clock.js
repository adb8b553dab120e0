/**
 * Returns milliseconds of a clock, to be compared with another of the same call.
 *
 * @returns {number}
 */
export function clock() {
  return Date.now();
}
