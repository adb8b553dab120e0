// The `[config]` table of the plugin's settings. Needs no grant.

import { getConfig } from '#host/config';

import { Failed } from './failure.js';

/**
 * Returns a value as text, if it is set.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function get(name) {
  return getConfig(name) ?? undefined;
}

/**
 * Returns a value as text.
 *
 * @param {string} name
 * @returns {string}
 * @throws {Failed} if it is not set; the failure names it
 */
export function require(name) {
  const value = get(name);
  if (value === undefined) throw new Failed(`\`${name}\` is not set in the plugin's [config]`);
  return value;
}
