// A client of a backend's HTTP API, with JSON in and out.

import { ApiRequest } from './api-request.js';
import * as config from './config.js';
import { exchange } from './exchange.js';
import { jsonOf, successOf } from './response.js';
import { pathOf } from './url.js';

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
export class Api {
  #context;
  #base;
  /** @type {readonly Header[]} */
  #headers = [];
  #perUserSignIn = false;

  /**
   * Creates a client of the API at a URL, for one call.
   *
   * @param {Pick<Context, 'timeLeft'>} context
   * @param {string} base such as `https://api.contoso.example`
   */
  constructor(context, base) {
    this.#context = context;
    this.#base = base.replace(/\/+$/, '');
  }

  /**
   * Creates a client of the API whose URL is a value of the plugin's [config].
   *
   * @param {Pick<Context, 'timeLeft'>} context
   * @param {string} name
   * @returns {Api}
   * @throws {Failed} if the value is not set
   */
  static fromConfig(context, name) {
    return new Api(context, config.require(name));
  }

  /**
   * Adds a header to every request.
   *
   * @param {string} name
   * @param {string} value
   * @returns {this}
   */
  header(name, value) {
    this.#headers = [...this.#headers, { name, value }];
    return this;
  }

  /**
   * Adds a secret as a header to every request. The host puts its value in.
   *
   * @param {string} header
   * @param {string} name
   * @returns {this}
   */
  secret(header, name) {
    return this.header(header, `{{secret:${name}}}`);
  }

  /**
   * Adds a secret as a bearer token to every request. The host puts its value in.
   *
   * @param {string} name
   * @returns {this}
   */
  bearer(name) {
    return this.header('authorization', `Bearer {{secret:${name}}}`);
  }

  /**
   * Makes status 401 the failure `SignInRequired`: the credentials are the seller's own.
   *
   * @returns {this}
   */
  perUserSignIn() {
    this.#perUserSignIn = true;
    return this;
  }

  /**
   * Creates a GET request.
   *
   * @template [T=any]
   * @param {Path} path
   * @param {...(string | number)} values
   * @returns {ApiRequest<T>}
   */
  get(path, ...values) {
    return this.#request('GET', path, values);
  }

  /**
   * Creates a POST request.
   *
   * @template [T=any]
   * @param {Path} path
   * @param {...(string | number)} values
   * @returns {ApiRequest<T>}
   */
  post(path, ...values) {
    return this.#request('POST', path, values);
  }

  /**
   * Creates a PUT request.
   *
   * @template [T=any]
   * @param {Path} path
   * @param {...(string | number)} values
   * @returns {ApiRequest<T>}
   */
  put(path, ...values) {
    return this.#request('PUT', path, values);
  }

  /**
   * Creates a PATCH request.
   *
   * @template [T=any]
   * @param {Path} path
   * @param {...(string | number)} values
   * @returns {ApiRequest<T>}
   */
  patch(path, ...values) {
    return this.#request('PATCH', path, values);
  }

  /**
   * Creates a DELETE request.
   *
   * @template [T=any]
   * @param {Path} path
   * @param {...(string | number)} values
   * @returns {ApiRequest<T>}
   */
  delete(path, ...values) {
    return this.#request('DELETE', path, values);
  }

  /**
   * Sends requests side by side, and returns the JSON of each, in the same order.
   *
   * @template {readonly unknown[]} T
   * @param {{ readonly [K in keyof T]: ApiRequest<T[K]> }} requests
   * @returns {{ -readonly [K in keyof T]: T[K] }}
   * @throws {Failure} the first, if one fails
   */
  all(requests) {
    /** @type {readonly ApiRequest<any>[]} */
    const sent = requests;
    return /** @type {any} */ (this.#send(sent, jsonOf));
  }

  /**
   * Sends requests side by side, and reads the response of each.
   *
   * @template R
   * @param {readonly ApiRequest<any>[]} requests
   * @param {(response: HttpResponse, name: string) => R} read
   * @returns {R[]}
   */
  #send(requests, read) {
    const outcomes = exchange(this.#context, requests.map((request) => request.toHttp()));
    return requests.map((request, place) => {
      const outcome = outcomes[place];
      if (!outcome) throw new TypeError('the host returns as many outcomes as it is given requests');
      return read(successOf(outcome, request), request.name);
    });
  }

  /**
   * @param {string} method
   * @param {Path} path
   * @param {readonly (string | number)[]} values
   */
  #request(method, path, values) {
    /** @type {Sender} */
    const sender = {
      base: this.#base,
      headers: this.#headers,
      perUserSignIn: this.#perUserSignIn,
      send: (request, read) => /** @type {any} */ (this.#send([request], read)[0]),
    };
    return new ApiRequest(sender, method, pathOf(typeof path === 'string' ? [path] : path, values));
  }
}
