// Decimal numbers as text, rounded without the error of binary fractions.

/**
 * A rounded number.
 *
 * @typedef {object} Decimal
 * @property {boolean} isNegative
 * @property {string} whole digits before the point
 * @property {string} fraction digits after it, as many as were wanted
 */

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Rounds a number to so many digits after the point; a half goes to the even neighbour.
 *
 * @param {number | string} value a decimal text is exact
 * @param {number} digits
 * @param {number} [shift] places by which the point moves to the right before
 * @returns {Decimal}
 */
export function rounded(value, digits, shift = 0) {
  const found = NUMBER.exec(String(value));
  if (!found) throw new RangeError('a text is no decimal number');
  const [, sign, before = '', after = '', exponent = '0'] = found;
  // The number is `all` times ten to the power of `-scale`.
  const all = BigInt(before + after);
  const scale = after.length - Number(exponent) - shift - digits;
  const scaled = scale <= 0 ? all * 10n ** BigInt(-scale) : halfEven(all, 10n ** BigInt(scale));
  const text = scaled.toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return { isNegative: sign === '-' && scaled !== 0n, whole, fraction: text.slice(text.length - digits) };
}

/**
 * @param {bigint} value
 * @param {bigint} divisor
 */
function halfEven(value, divisor) {
  const quotient = value / divisor;
  const twice = (value % divisor) * 2n;
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}
