// The host's functions in Node.js, answered by the fake host. Production code has them from `src/host`.

import { currentHost } from './fake-host.js';

/** @import { Level } from '../log.js' */
/** @import { HttpRequest } from 'insight:provider/http-client@1.0.0' */
/** @import { Property } from 'insight:provider/insight-types@1.0.0' */

/** See `src/host/clock.js`. */
export const clock = () => currentHost().milliseconds;

/**
 * See `config.get`.
 *
 * @param {string} name
 */
export const getConfig = (name) => currentHost().config[name];

/**
 * See `secrets.reveal`.
 *
 * @param {string} name
 */
export function revealSecret(name) {
  const value = currentHost().secrets[name];
  if (value === undefined) throw { tag: 'unknown' };
  return value;
}

/**
 * See `log.write`.
 *
 * @param {Level} level
 * @param {string} message
 * @param {Property[]} fields
 */
export const writeLog = (level, message, fields) => currentHost().write(level, message, fields);

/**
 * See `http-client.send-all`.
 *
 * @param {HttpRequest[]} requests
 */
export const sendAll = (requests) => currentHost().send(requests);

/**
 * See `key-value.get`.
 *
 * @param {string} key
 */
export const getEntry = (key) => currentHost().store().get(key);

/**
 * See `key-value.set`.
 *
 * @param {string} key
 * @param {string} value
 * @param {number} seconds
 */
export const setEntry = (key, value, seconds) => currentHost().store().set(key, value, seconds);
