// JSON of others, whose texts no message may hold. Engines quote them, so the place of a fault is found here.

/** A mark, or else a text, a number or a word. */
const TOKEN = new RegExp(
  String.raw`\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")` +
    String.raw`|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b)`,
  'y',
);

/** @typedef {'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next'} Expected */

/**
 * Parses JSON, or tells the place of its first fault.
 *
 * @param {string} text
 * @returns {{ value: any } | { place: string }}
 */
export function parseJson(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const lines = text.slice(0, faultOf(text)).split('\n');
    return { place: `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}` };
  }
}

/**
 * Writes a value as JSON. A number that is not finite has no form there, though engines write `null`.
 *
 * @param {unknown} value
 * @returns {string}
 * @throws {TypeError} if the value, or something in it, has no form in JSON
 */
export function textOfJson(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('the value has no form in JSON');
  // A look at each value takes long, and there is one to find only where engines wrote so.
  if (text.includes('null')) JSON.stringify(value, (_, inner) => finite(inner));
  return text;
}

/** @param {unknown} value */
function finite(value) {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('a number is not finite');
  return value;
}

/**
 * Returns where the first token begins that may not stand in its place.
 *
 * @param {string} text
 * @returns {number}
 */
function faultOf(text) {
  /** @type {string[]} */
  const open = [];
  /** @type {Expected | undefined} */
  let expected = 'value';
  let end = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    expected = after(token[1] ?? (token[2] ? '"' : '0'), expected, open);
    if (!expected) break;
    end = TOKEN.lastIndex;
  }
  return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
}

/**
 * Returns what may follow a token, or nothing if the token may not stand there.
 *
 * @param {string} token a mark, `"` for any text or `0` for another value
 * @param {Expected} expected
 * @param {string[]} open the marks that are to close, the innermost last
 * @returns {Expected | undefined}
 */
function after(token, expected, open) {
  if (expected === 'colon') return token === ':' ? 'value' : undefined;
  const mayClose = expected === 'next' || expected === 'firstKey' || expected === 'firstValue';
  if (mayClose && token === open.at(-1)) {
    open.pop();
    return 'next';
  }
  if (expected === 'next') {
    if (token !== ',') return undefined;
    return open.at(-1) === '}' ? 'key' : open.length > 0 ? 'value' : undefined;
  }
  if (expected === 'key' || expected === 'firstKey') return token === '"' ? 'colon' : undefined;
  if (token === '"' || token === '0') return 'next';
  if (token !== '{' && token !== '[') return undefined;
  open.push(token === '{' ? '}' : ']');
  return token === '{' ? 'firstKey' : 'firstValue';
}
