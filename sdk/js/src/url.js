// URLs of requests. QuickJS has no `URL`, and what a seller's question brings must not leave its place in one.

import { InvalidRequest } from './failure.js';

/** A value of a query; what is absent is left out. */
/** @typedef {string | number | boolean | undefined} QueryValue */

/** A part of a path that leads elsewhere, as servers read it. */
const DOTS = /^(\.|%2e){1,2}$/i;

/**
 * Returns a path with each value as one segment.
 *
 * @param {readonly string[]} parts
 * @param {readonly (string | number)[]} values
 * @returns {string}
 */
export function pathOf(parts, values) {
  const path = parts.reduce((path, part, place) => path + segment(values[place - 1] ?? '') + part);
  if (!/^\/[^?#\s\\]*$/.test(path) || path.split('/').some((part) => DOTS.test(part))) {
    throw new InvalidRequest('a path begins with `/`, and has no query, no fragment and no `..`: see `query`');
  }
  return path;
}

/**
 * @param {string | number} value
 * @throws {InvalidRequest} if the value would lead to another path
 */
function segment(value) {
  const text = String(value);
  if (text === '' || text === '.' || text === '..') throw new InvalidRequest('a segment of a path is empty or dots');
  return encoded(text);
}

/**
 * Returns a query, with its question mark.
 *
 * @param {readonly (readonly [string, QueryValue])[]} pairs
 * @returns {string}
 */
export function queryOf(pairs) {
  const present = pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${encoded(name)}=${encoded(value)}`]));
  return present.length ? `?${present.join('&')}` : '';
}

/** @param {string | number | boolean} value */
function encoded(value) {
  // Half a pair of surrogates, which JSON can hold, has no form in UTF-8.
  return encodeURIComponent(String(value).replace(/[\ud800-\udfff]/gu, '\ufffd'));
}
