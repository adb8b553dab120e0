// The meaning of a backend's response: JSON, or a failure.

import { Failed, NotPermitted, RecordNotFound, SignInRequired, Throttled, Unavailable } from './failure.js';
import { headerOf } from './exchange.js';
import { textOf } from './host-error.js';
import { parseJson } from './json.js';

/** @import { Outcome } from './exchange.js' */
/** @import { Failure } from './failure.js' */
/** @import { HttpError, HttpResponse } from 'insight:provider/http-client@1.0.0' */

/**
 * Properties of a request that give its response a meaning.
 *
 * @typedef {object} Request
 * @property {string} name method and path, by which failures name the request
 * @property {boolean} isOptional
 * @property {boolean} perUserSignIn
 */

/**
 * Returns a response of success.
 *
 * @param {Outcome} outcome
 * @param {Request} request
 * @returns {HttpResponse}
 */
export function successOf(outcome, { name, isOptional, perUserSignIn }) {
  if (outcome.tag === 'err') throw failureOfHost(outcome.val, name);
  if (isOptional && outcome.val.status === 404) return outcome.val;
  if (outcome.val.status < 200 || outcome.val.status > 299) throw failureOf(outcome.val, name, perUserSignIn);
  return outcome.val;
}

/**
 * Returns the JSON of a response; nothing of one that says that there is no content or no record.
 *
 * @param {HttpResponse} response
 * @param {string} name
 * @returns {any}
 */
export function jsonOf({ status, body }, name) {
  if (status === 204 || status === 404) return undefined;
  const read = parseJson(body);
  if ('place' in read) throw new Failed(`${name}: the response is no JSON, ${read.place}`);
  return read.value;
}

/**
 * @param {HttpResponse} response
 * @param {string} name
 * @param {boolean} perUserSignIn
 * @returns {Failure}
 */
function failureOf(response, name, perUserSignIn) {
  const { status } = response;
  if (status === 401) {
    return perUserSignIn ? new SignInRequired() : new Failed(`${name}: the backend refuses the credentials (401)`);
  }
  if (status === 403) return new NotPermitted();
  if (status === 404) return new RecordNotFound();
  if (status === 429) return new Throttled(secondsOf(headerOf(response, 'retry-after')));
  if (status === 408 || status >= 500) return new Unavailable(`${name}: the backend answers with status ${status}`);
  return new Failed(`${name}: the backend answers with status ${status}`);
}

/** @param {string | undefined} retryAfter */
function secondsOf(retryAfter) {
  return retryAfter && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}

/**
 * @param {HttpError} error
 * @param {string} name
 * @returns {Failure}
 */
function failureOfHost(error, name) {
  if (error.tag === 'timed-out') return new Unavailable(`${name}: the backend does not answer in time`);
  const text = `${name}: ${textOf(error)}`;
  return error.tag === 'unreachable' ? new Unavailable(text) : new Failed(text);
}
