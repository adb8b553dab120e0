import type { Level } from '../log.js';
import type { HttpRequest } from 'insight:provider/http-client@1.0.0';
import type { Property } from 'insight:provider/insight-types@1.0.0';
/** @import { Level } from '../log.js' */
/** @import { HttpRequest } from 'insight:provider/http-client@1.0.0' */
/** @import { Property } from 'insight:provider/insight-types@1.0.0' */
/** See `src/host/clock.js`. */
export declare const clock: () => number;
/**
 * See `config.get`.
 *
 * @param {string} name
 */
export declare const getConfig: (name: string) => string | undefined;
/**
 * See `secrets.reveal`.
 *
 * @param {string} name
 */
export declare function revealSecret(name: string): string;
/**
 * See `log.write`.
 *
 * @param {Level} level
 * @param {string} message
 * @param {Property[]} fields
 */
export declare const writeLog: (level: Level, message: string, fields: Property[]) => void;
/**
 * See `http-client.send-all`.
 *
 * @param {HttpRequest[]} requests
 */
export declare const sendAll: (requests: HttpRequest[]) => import("../exchange.js").Outcome[];
/**
 * See `key-value.get`.
 *
 * @param {string} key
 */
export declare const getEntry: (key: string) => string | undefined;
/**
 * See `key-value.set`.
 *
 * @param {string} key
 * @param {string} value
 * @param {number} seconds
 */
export declare const setEntry: (key: string, value: string, seconds: number) => void;
