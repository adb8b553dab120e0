// The context of a call, with its present and the time it has left.

import { clock } from '#host/clock';

import { withoutNulls } from './absent.js';
import { Timestamp } from './timestamp.js';

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
export function contextOf(context) {
  const end = clock() + context.timeLeftMs;
  return {
    ...withoutNulls(context),
    now: () => Timestamp.parse(context.receivedAt),
    timeLeft: () => Math.max(0, end - clock()),
  };
}
