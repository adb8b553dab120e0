import { Timestamp } from './timestamp.js';
export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
export type Context = CallContext & CallTime;
export type CallTime = {
    /**
     * returns the present: when the request reached the host
     */
    now: () => Timestamp;
    /**
     * returns the milliseconds that the call has left
     */
    timeLeft: () => number;
};
/** @typedef {import('insight:provider/insight-types@1.0.0').CallContext} CallContext */
/**
 * What is known of a call besides the question.
 *
 * @typedef {CallContext & CallTime} Context
 */
/**
 * The time of a call.
 *
 * @typedef {object} CallTime
 * @property {() => Timestamp} now returns the present: when the request reached the host
 * @property {() => number} timeLeft returns the milliseconds that the call has left
 */
/**
 * Adds the time of a call to its context, as the call begins.
 *
 * @param {CallContext} context
 * @returns {Context}
 */
export declare function contextOf(context: CallContext): Context;
