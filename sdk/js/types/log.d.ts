export type Level = import('insight:provider/log@1.0.0').Level;
export type Fields = Record<string, string | number | boolean | undefined>;
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
export declare function write(level: Level, message: string, fields?: Fields): void;
/**
 * Writes an entry of level trace: a detail of a step.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export declare const trace: (message: string, fields?: Fields) => void;
/**
 * Writes an entry of level debug: a step.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export declare const debug: (message: string, fields?: Fields) => void;
/**
 * Writes an entry of level info: a change of state.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export declare const info: (message: string, fields?: Fields) => void;
/**
 * Writes an entry of level warn: something that the operator should know.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export declare const warn: (message: string, fields?: Fields) => void;
/**
 * Writes an entry of level error: something that the operator must act on.
 *
 * @param {string} message
 * @param {Fields} [fields]
 */
export declare const error: (message: string, fields?: Fields) => void;
