import type { HttpError, HttpResponse } from 'insight:provider/http-client@1.0.0';
export type PlainError = Exclude<HttpError['tag'], 'not-granted' | 'invalid-request' | 'other'>;
export type Reply = {
    /**
     * by default 200
     */
    status?: number;
    headers?: Record<string, string>;
    /**
     * the body, as JSON
     */
    json?: unknown;
    /**
     * the body, as it is
     */
    body?: string;
    /**
     * milliseconds until the reply, by which the clock of the fake host moves
     */
    latencyMs?: number;
    /**
     * instead of a response
     */
    error?: HttpError | PlainError;
};
/** @import { HttpError, HttpResponse } from 'insight:provider/http-client@1.0.0' */
/** @typedef {Exclude<HttpError['tag'], 'not-granted' | 'invalid-request' | 'other'>} PlainError */
/**
 * A reply of a backend. Without an error it is a response.
 *
 * @typedef {object} Reply
 * @property {number} [status] by default 200
 * @property {Record<string, string>} [headers]
 * @property {unknown} [json] the body, as JSON
 * @property {string} [body] the body, as it is
 * @property {number} [latencyMs] milliseconds until the reply, by which the clock of the fake host moves
 * @property {HttpError | PlainError} [error] instead of a response
 */
/** Replies to requests, several to one URL in their turn. */
export declare class Backends {
    #private;
    /**
     * Sets the replies to a URL, or to a method and a URL (`POST https://…`), in place of those before. The last one
     * stays.
     *
     * @param {string} target
     * @param {readonly Reply[]} replies
     */
    set(target: string, replies: readonly Reply[]): void;
    /**
     * Adds a reply to those that a method and a URL have.
     *
     * @param {string} target
     * @param {Reply} reply
     */
    add(target: string, reply: Reply): void;
    /**
     * Takes the next reply to a request, if any is to be had.
     *
     * @param {string} method
     * @param {string} url
     * @returns {Reply | undefined}
     */
    next(method: string, url: string): Reply | undefined;
}
/**
 * Returns the response of a reply.
 *
 * @param {Reply} reply
 * @returns {HttpResponse}
 */
export declare function responseOf({ status, headers, json, body }: Reply): HttpResponse;
/**
 * Returns the error of a reply that is none.
 *
 * @param {NonNullable<Reply['error']>} error
 * @returns {HttpError}
 */
export declare function errorOf(error: NonNullable<Reply['error']>): HttpError;
