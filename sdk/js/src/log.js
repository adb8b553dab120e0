// The host's log. Needs no grant. The host adds the plugin's name and the activity id.

import { writeLog } from '#host/log';

import { present } from './absent.js';

/** @typedef {import('insight:provider/log@1.0.0').Level} Level */

/**
 * Facts of an entry, by name. What is absent is left out.
 *
 * @typedef {Record<string, string | number | boolean | undefined>} Fields
 */

/**
 * Writes an entry. Facts belong in fields, so that messages stay constant.
 *
 * @param {Level} level
 * @param {string} message
 * @param {Fields} [fields]
 */
export function write(level, message, fields = {}) {
  const named = Object.entries(present(fields)).map(([name, value]) => ({ name, value: String(value) }));
  writeLog(level, message, named);
}

/**
 * Writes an entry of level trace: a detail of a step.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export const trace = (message, fields) => write('trace', message, fields);

/**
 * Writes an entry of level debug: a step.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export const debug = (message, fields) => write('debug', message, fields);

/**
 * Writes an entry of level info: a change of state.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export const info = (message, fields) => write('info', message, fields);

/**
 * Writes an entry of level warn: something that the operator should know.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export const warn = (message, fields) => write('warn', message, fields);

/**
 * Writes an entry of level error: something that the operator must act on.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export const error = (message, fields) => write('error', message, fields);
