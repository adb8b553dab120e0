import { ApiRequest } from './api-request.js';
import type { Context } from './context.js';
export type Path = string | TemplateStringsArray;
/** @import { Sender } from './api-request.js' */
/** @import { Context } from './context.js' */
/** @import { Header, HttpResponse } from 'insight:provider/http-client@1.0.0' */
/**
 * A path: text, or a template whose values become a segment each, whatever they hold.
 *
 * @typedef {string | TemplateStringsArray} Path
 */
/**
 * An API of a backend. Requests keep within the time of the call: GET, HEAD, PUT and DELETE are sent once more if the
 * backend cannot be reached, does not answer in time, or answers with 502, 503 or 504, and time is left.
 *
 * Responses become failures as the interface has them: 404 is `RecordNotFound`, 403 `NotPermitted`, 429 `Throttled`,
 * 408 and 500 and above `Unavailable`, 401 and all others `Failed`.
 *
 * @example
 * const api = Api.fromConfig(context, 'backend').bearer('hub-token');
 * const { visits } = api.get`/v1/accounts/${request.about.recordId}/visits`.query('limit', 20).json();
 */
export declare class Api {
    #private;
    /**
     * Creates a client of the API at a URL, for one call.
     *
     * @param {Pick<Context, 'timeLeft'>} context
     * @param {string} base such as `https://api.contoso.example`
     */
    constructor(context: Pick<Context, 'timeLeft'>, base: string);
    /**
     * Creates a client of the API whose URL is a value of the plugin's [config].
     *
     * @param {Pick<Context, 'timeLeft'>} context
     * @param {string} name
     * @returns {Api}
     * @throws {Failed} if the value is not set
     */
    static fromConfig(context: Pick<Context, 'timeLeft'>, name: string): Api;
    /**
     * Adds a header to every request.
     *
     * @param {string} name
     * @param {string} value
     * @returns {this}
     */
    header(name: string, value: string): this;
    /**
     * Adds a secret as a header to every request. The host puts its value in.
     *
     * @param {string} header
     * @param {string} name
     * @returns {this}
     */
    secret(header: string, name: string): this;
    /**
     * Adds a secret as a bearer token to every request. The host puts its value in.
     *
     * @param {string} name
     * @returns {this}
     */
    bearer(name: string): this;
    /**
     * Makes status 401 the failure `SignInRequired`: the credentials are the seller's own.
     *
     * @returns {this}
     */
    perUserSignIn(): this;
    /**
     * Creates a GET request.
     *
     * @template [T=any]
     * @param {Path} path
     * @param {...(string | number)} values
     * @returns {ApiRequest<T>}
     */
    get<T = any>(path: Path, ...values: (string | number)[]): ApiRequest<T>;
    /**
     * Creates a POST request.
     *
     * @template [T=any]
     * @param {Path} path
     * @param {...(string | number)} values
     * @returns {ApiRequest<T>}
     */
    post<T = any>(path: Path, ...values: (string | number)[]): ApiRequest<T>;
    /**
     * Creates a PUT request.
     *
     * @template [T=any]
     * @param {Path} path
     * @param {...(string | number)} values
     * @returns {ApiRequest<T>}
     */
    put<T = any>(path: Path, ...values: (string | number)[]): ApiRequest<T>;
    /**
     * Creates a PATCH request.
     *
     * @template [T=any]
     * @param {Path} path
     * @param {...(string | number)} values
     * @returns {ApiRequest<T>}
     */
    patch<T = any>(path: Path, ...values: (string | number)[]): ApiRequest<T>;
    /**
     * Creates a DELETE request.
     *
     * @template [T=any]
     * @param {Path} path
     * @param {...(string | number)} values
     * @returns {ApiRequest<T>}
     */
    delete<T = any>(path: Path, ...values: (string | number)[]): ApiRequest<T>;
    /**
     * Sends requests side by side, and returns the JSON of each, in the same order.
     *
     * @template {readonly unknown[]} T
     * @param {{ readonly [K in keyof T]: ApiRequest<T[K]> }} requests
     * @returns {{ -readonly [K in keyof T]: T[K] }}
     * @throws {Failure} the first, if one fails
     */
    all<T extends readonly unknown[]>(requests: { readonly [K in keyof T]: ApiRequest<T[K]>; }): { -readonly [K in keyof T]: T[K]; };
}
