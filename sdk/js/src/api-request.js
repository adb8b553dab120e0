// A request to a backend's API, before it is sent.

import { Failed } from './failure.js';
import { textOfJson } from './json.js';
import { jsonOf } from './response.js';
import { queryOf } from './url.js';

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
export class ApiRequest {
  #sender;
  #method;
  #path;
  /** @type {[string, QueryValue][]} */
  #query = [];
  /** @type {Header[]} */
  #headers = [];
  /** @type {string | undefined} */
  #body;
  #isOptional = false;

  /**
   * @param {Sender} sender
   * @param {string} method
   * @param {string} path
   */
  constructor(sender, method, path) {
    this.#sender = sender;
    this.#method = method;
    this.#path = path;
  }

  /**
   * Adds a parameter to the query. What is absent is left out.
   *
   * @param {string} name
   * @param {QueryValue} value
   * @returns {this}
   */
  query(name, value) {
    this.#query.push([name, value]);
    return this;
  }

  /**
   * Adds a header. `{{secret:NAME}}` in its value stands for a secret.
   *
   * @param {string} name
   * @param {string} value
   * @returns {this}
   */
  header(name, value) {
    this.#headers.push({ name, value });
    return this;
  }

  /**
   * Sets the body, which is sent as JSON. Texts in it stay texts, even one that reads as the placeholder of a secret.
   *
   * @param {unknown} value
   * @returns {this}
   * @throws {Failed} if the value has no form in JSON, such as a number that is not finite
   */
  body(value) {
    // Two braces side by side are in a text: nothing else of JSON has them.
    return this.text(this.#json(value).replaceAll('{{', '{\\u007b'), 'application/json');
  }

  /**
   * Sets a body of another type, which is sent as it is. `{{secret:NAME}}` in it stands for a secret.
   *
   * @param {string} body
   * @param {string} contentType such as `application/x-www-form-urlencoded`
   * @returns {this}
   */
  text(body, contentType) {
    this.#body = body;
    return this.header('content-type', contentType);
  }

  /**
   * Makes a response of status 404 one of success: its JSON is `undefined`.
   *
   * @returns {ApiRequest<T | undefined>}
   */
  optional() {
    this.#isOptional = true;
    return this;
  }

  /**
   * Sends the request, and returns the JSON of the response; `undefined` for status 204.
   *
   * @returns {T}
   * @throws {Failure} if there is no response of success, or it is no JSON
   */
  json() {
    return this.#sender.send(this, jsonOf);
  }

  /**
   * Sends the request, and returns the response.
   *
   * @returns {HttpResponse}
   * @throws {Failure} if there is no response of success
   */
  response() {
    return this.#sender.send(this, (response) => response);
  }

  /** @param {unknown} value */
  #json(value) {
    try {
      return textOfJson(value);
    } catch {
      throw new Failed(`${this.name}: the body has no form in JSON`);
    }
  }

  /** True if a response of status 404 is no failure. */
  get isOptional() {
    return this.#isOptional;
  }

  /** True if status 401 asks the seller to sign in. */
  get perUserSignIn() {
    return this.#sender.perUserSignIn;
  }

  /** The name by which failures call the request. It has no query, in which a seller's words may be. */
  get name() {
    return `${this.#method} ${this.#path}`;
  }

  /**
   * Returns the request as the interface has it.
   *
   * @returns {HttpRequest}
   */
  toHttp() {
    const { base, headers } = this.#sender;
    const request = {
      method: this.#method,
      url: base + this.#path + queryOf(this.#query),
      headers: [{ name: 'accept', value: 'application/json' }, ...headers, ...this.#headers],
    };
    return this.#body === undefined ? request : { ...request, body: this.#body };
  }
}
