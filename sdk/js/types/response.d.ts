import type { Outcome } from './exchange.js';
import type { HttpResponse } from 'insight:provider/http-client@1.0.0';
/** @import { Outcome } from './exchange.js' */
/** @import { Failure } from './failure.js' */
/** @import { HttpError, HttpResponse } from 'insight:provider/http-client@1.0.0' */
/**
 * Returns a response of success.
 *
 * @param {Outcome} outcome
 * @param {string} name method and path, by which failures name the request
 * @param {boolean} perUserSignIn
 * @returns {HttpResponse}
 */
export declare function successOf(outcome: Outcome, name: string, perUserSignIn: boolean): HttpResponse;
/**
 * Returns the JSON of a response; nothing of one that says that it has no content.
 *
 * @param {HttpResponse} response
 * @param {string} name
 * @returns {any}
 */
export declare function jsonOf({ status, body }: HttpResponse, name: string): any;
