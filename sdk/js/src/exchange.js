// Requests to backends within the time of a call, and the second try of those that a moment's trouble hit.

import { sendAll } from '#host/http-client';

/** @import { Context } from './context.js' */
/** @import { HttpError, HttpRequest, HttpResponse } from 'insight:provider/http-client@1.0.0' */

/** @typedef {{ tag: 'ok', val: HttpResponse } | { tag: 'err', val: HttpError }} Outcome */

/** Methods whose requests may arrive twice. */
const REPEATABLE = ['GET', 'HEAD', 'PUT', 'DELETE'];

/** Statuses of a backend, or of what stands before it, in a moment's trouble. */
const MOMENTARY = [502, 503, 504];

/** The share of the time left that a first try gets. */
const FIRST_TRY = 2 / 3;

/** Milliseconds that are left for the answer after the last try. */
const RESERVE = 50;

/**
 * Sends requests side by side, those that can be repeated once more if need be, and returns what became of each.
 *
 * @param {Pick<Context, 'timeLeft'>} context
 * @param {readonly HttpRequest[]} requests
 * @returns {Outcome[]}
 */
export function exchange(context, requests) {
  const left = context.timeLeft();
  const outcomes = sendAll(requests.map((request) => {
    return within(request, isRepeatable(request) ? left * FIRST_TRY : left - RESERVE);
  }));
  const rest = context.timeLeft() - RESERVE;
  const again = requests.flatMap((request, place) => {
    const outcome = outcomes[place];
    return outcome && isRepeatable(request) && isMomentary(outcome) ? [{ place, request }] : [];
  });
  if (again.length > 0 && rest > 0) {
    const second = sendAll(again.map(({ request }) => within(request, rest)));
    second.forEach((outcome, number) => outcomes.splice(again[number]?.place ?? 0, 1, outcome));
  }
  return outcomes;
}

/**
 * @param {HttpRequest} request
 * @param {number} milliseconds
 * @returns {HttpRequest}
 */
function within(request, milliseconds) {
  return { ...request, timeoutMs: Math.max(1, Math.floor(milliseconds)) };
}

/** @param {HttpRequest} request */
function isRepeatable({ method }) {
  return REPEATABLE.includes(method);
}

/** @param {Outcome} outcome */
function isMomentary({ tag, val }) {
  if (tag === 'err') return val.tag === 'unreachable' || val.tag === 'timed-out';
  return MOMENTARY.includes(val.status) && headerOf(val, 'retry-after') === undefined;
}

/**
 * Returns the first header of a name in lower case.
 *
 * @param {HttpResponse} response
 * @param {string} name
 * @returns {string | undefined}
 */
export function headerOf({ headers }, name) {
  return headers.find((header) => header.name.toLowerCase() === name)?.value;
}
