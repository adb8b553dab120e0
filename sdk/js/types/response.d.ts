import type { Outcome } from './exchange.js';
import type { HttpResponse } from 'insight:provider/http-client@1.0.0';
export type Request = {
    /**
     * method and path, by which failures name the request
     */
    name: string;
    isOptional: boolean;
    perUserSignIn: boolean;
};
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
export declare function successOf(outcome: Outcome, { name, isOptional, perUserSignIn }: Request): HttpResponse;
/**
 * Returns the JSON of a response; nothing of one that says that there is no content or no record.
 *
 * @param {HttpResponse} response
 * @param {string} name
 * @returns {any}
 */
export declare function jsonOf({ status, body }: HttpResponse, name: string): any;
