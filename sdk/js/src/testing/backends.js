// Replies of fake backends, by method and URL.

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
export class Backends {
  /** @type {Map<string, Reply[]>} */
  #replies = new Map();

  /**
   * Sets the replies to a URL, or to a method and a URL (`POST https://…`), in place of those before. The last one
   * stays.
   *
   * @param {string} target
   * @param {readonly Reply[]} replies
   */
  set(target, replies) {
    const key = normal(target);
    for (const before of this.#replies.keys()) if (before.endsWith(` ${key}`)) this.#replies.delete(before);
    this.#replies.set(key, [...replies]);
  }

  /**
   * Adds a reply to those that a method and a URL have.
   *
   * @param {string} target
   * @param {Reply} reply
   */
  add(target, reply) {
    const key = normal(target);
    this.#replies.set(key, [...(this.#replies.get(key) ?? []), reply]);
  }

  /**
   * Takes the next reply to a request, if any is to be had.
   *
   * @param {string} method
   * @param {string} url
   * @returns {Reply | undefined}
   */
  next(method, url) {
    const replies = this.#replies.get(normal(`${method} ${url}`)) ?? this.#replies.get(normal(url));
    return replies && replies.length > 1 ? replies.shift() : replies?.[0];
  }
}

/**
 * Returns the response of a reply.
 *
 * @param {Reply} reply
 * @returns {HttpResponse}
 */
export function responseOf({ status = 200, headers = {}, json, body }) {
  return {
    status,
    headers: Object.entries(headers).map(([name, value]) => ({ name: name.toLowerCase(), value })),
    body: body ?? (json === undefined ? '' : JSON.stringify(json)),
  };
}

/**
 * Returns the error of a reply that is none.
 *
 * @param {NonNullable<Reply['error']>} error
 * @returns {HttpError}
 */
export function errorOf(error) {
  if (typeof error !== 'string') return error;
  return error === 'unreachable' ? { tag: error, val: 'the connection is refused' } : { tag: error };
}

/** @param {string} target */
function normal(target) {
  const [url = '', method] = target.split(' ').reverse();
  const { href } = new URL(url);
  return method ? `${method} ${href}` : href;
}
