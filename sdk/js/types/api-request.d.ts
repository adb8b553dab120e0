import type { QueryValue } from './url.js';
import type { Header, HttpRequest, HttpResponse } from 'insight:provider/http-client@1.0.0';
export type Sender = {
    base: string;
    headers: readonly Header[];
    perUserSignIn: boolean;
    send: <R>(request: ApiRequest<any>, read: (response: HttpResponse, name: string) => R) => R;
};
/** @import { QueryValue } from './url.js' */
/** @import { Header, HttpRequest, HttpResponse } from 'insight:provider/http-client@1.0.0' */
/**
 * What sends a request, and knows the API's headers and its kinds of failure.
 *
 * @typedef {object} Sender
 * @property {string} base
 * @property {readonly Header[]} headers
 * @property {boolean} perUserSignIn
 * @property {<R>(request: ApiRequest<any>, read: (response: HttpResponse, name: string) => R) => R} send
 */
/**
 * A request, whose response is JSON of type `T`. `Api` creates it; it is sent by `json` or `response`.
 *
 * @template [T=any]
 */
export declare class ApiRequest<T = any> {
    #private;
    /**
     * @param {Sender} sender
     * @param {string} method
     * @param {string} path
     */
    constructor(sender: Sender, method: string, path: string);
    /**
     * Adds a parameter to the query. What is absent is left out.
     *
     * @param {string} name
     * @param {QueryValue} value
     * @returns {this}
     */
    query(name: string, value: QueryValue): this;
    /**
     * Adds a header. `{{secret:NAME}}` in its value stands for a secret.
     *
     * @param {string} name
     * @param {string} value
     * @returns {this}
     */
    header(name: string, value: string): this;
    /**
     * Sets the body, which is sent as JSON. Texts in it stay texts, even one that reads as the placeholder of a secret.
     *
     * @param {unknown} value
     * @returns {this}
     * @throws {Failed} if the value has no form in JSON, such as a number that is not finite
     */
    body(value: unknown): this;
    /**
     * Sets a body of another type, which is sent as it is. `{{secret:NAME}}` in it stands for a secret.
     *
     * @param {string} body
     * @param {string} contentType such as `application/x-www-form-urlencoded`
     * @returns {this}
     */
    text(body: string, contentType: string): this;
    /**
     * Makes a response of status 404 one of success: its JSON is `undefined`.
     *
     * @returns {ApiRequest<T | undefined>}
     */
    optional(): ApiRequest<T | undefined>;
    /**
     * Sends the request, and returns the JSON of the response; `undefined` for status 204.
     *
     * @returns {T}
     * @throws {Failure} if there is no response of success, or it is no JSON
     */
    json(): T;
    /**
     * Sends the request, and returns the response.
     *
     * @returns {HttpResponse}
     * @throws {Failure} if there is no response of success
     */
    response(): HttpResponse;
    /** True if a response of status 404 is no failure. */
    get isOptional(): boolean;
    /** True if status 401 asks the seller to sign in. */
    get perUserSignIn(): boolean;
    /** The name by which failures call the request. It has no query, in which a seller's words may be. */
    get name(): string;
    /**
     * Returns the request as the interface has it.
     *
     * @returns {HttpRequest}
     */
    toHttp(): HttpRequest;
}
