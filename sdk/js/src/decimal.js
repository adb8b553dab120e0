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
  const { isNegative, all, places } = parsed(value);
  const scale = places - shift - digits;
  const scaled = scale <= 0 ? all * 10n ** BigInt(-scale) : halfEven(all, 10n ** BigInt(scale));
  const text = scaled.toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return { isNegative: isNegative && scaled !== 0n, whole, fraction: text.slice(text.length - digits) };
}

/**
 * Adds decimal numbers, such as amounts of money, without the error of binary fractions.
 *
 * @param {readonly (number | string)[]} values
 * @returns {string} decimal text, with as many digits after the point as the value that has most
 */
export function sum(values) {
  const all = values.map(parsed);
  const places = Math.max(0, ...all.map(({ places }) => places));
  const total = all.reduce((total, value) => {
    const scaled = value.all * 10n ** BigInt(places - value.places);
    return value.isNegative ? total - scaled : total + scaled;
  }, 0n);
  const { isNegative, whole, fraction } = rounded(`${total}e-${places}`, places);
  return `${isNegative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

/**
 * Reads a number as `all` times ten to the power of `-places`.
 *
 * @param {number | string} value
 */
function parsed(value) {
  const found = NUMBER.exec(String(value));
  if (!found) throw new RangeError(`\`${String(value).slice(0, 32)}\` is no decimal number`);
  const [, sign, before = '', after = '', exponent = '0'] = found;
  return { isNegative: sign === '-', all: BigInt(before + after), places: after.length - Number(exponent) };
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
