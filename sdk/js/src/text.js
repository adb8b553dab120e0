// Texts with places for values, as translators write them.

/**
 * Puts values into the places of a text: `{count} visits`. A place without a value stays.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
