// The fake host, which answers a plugin in tests without a host.

import { readFileSync } from 'node:fs';

import { contextOf } from '../context.js';
import { secondsOf } from '../duration.js';
import { Timestamp } from '../timestamp.js';
import { Backends, errorOf, responseOf } from './backends.js';
import { repliesOf } from './har.js';
import { FakeStore } from './store.js';

/** @import { CallContext, Context } from '../context.js' */
/** @import { Duration } from '../duration.js' */
/** @import { Outcome } from '../exchange.js' */
/** @import { Level } from '../log.js' */
/** @import { Reply } from './backends.js' */
/** @import { HttpError, HttpRequest } from 'insight:provider/http-client@1.0.0' */
/** @import { Property } from 'insight:provider/insight-types@1.0.0' */
/** @import { StoreError } from 'insight:provider/key-value@1.0.0' */

/**
 * Grants and values of a fake host.
 *
 * @typedef {object} FakeHostOptions
 * @property {Record<string, string>} [config] values of the plugin's [config]
 * @property {Record<string, string>} [secrets] secrets that the plugin may read and send
 * @property {boolean | Exclude<StoreError['tag'], 'other'>} [keyValue] true grants a store; a name is its error
 * @property {string} [now] the present, by default `2026-06-01T08:00:00Z`
 */

/**
 * An entry that a plugin wrote to the log.
 *
 * @typedef {object} LogEntry
 * @property {Level} level
 * @property {string} message
 * @property {Record<string, string>} fields
 */

/**
 * A host for tests, whose clock stands still unless a test moves it. It grants nothing but what a test says. The latest
 * one serves: create one in each test.
 *
 * @example
 * const host = new FakeHost({ config: { backend: 'https://hub.example' }, secrets: { token: 't' } });
 * host.reply('https://hub.example/v1/visits?account=42', { json: { visits: [] } });
 *
 * const page = recordSummary.answer(host.context(), requestAbout('account', '42'));
 */
export class FakeHost {
  /** @type {Record<string, string | undefined>} */
  config;
  /** @type {Record<string, string | undefined>} */
  secrets;
  /**
   * The requests that the plugin has sent so far, those that were refused included. Secrets are not filled in.
   *
   * @type {HttpRequest[]}
   */
  sent = [];
  /**
   * The entries that the plugin has logged so far.
   *
   * @type {LogEntry[]}
   */
  logged = [];
  /** The clock, in milliseconds since 1970. */
  milliseconds;
  #backends = new Backends();
  #store = new FakeStore(() => this.milliseconds);
  #keyValue;

  /** @param {FakeHostOptions} [options] */
  constructor({ config = {}, secrets = {}, keyValue = false, now = '2026-06-01T08:00:00Z' } = {}) {
    this.config = Object.assign(Object.create(null), config);
    this.secrets = Object.assign(Object.create(null), secrets);
    this.#keyValue = keyValue === false ? 'not-granted' : keyValue;
    this.milliseconds = Timestamp.parse(now).unix * 1000;
    current = this;
  }

  /**
   * Creates a host with the replies that an HAR file has recorded, as browsers and proxies write it. Several to one
   * request are given in their turn.
   *
   * @param {string | URL | object} har path of the file, or its content
   * @param {FakeHostOptions} [options]
   * @returns {FakeHost}
   */
  static har(har, options) {
    const host = new FakeHost(options);
    const isPath = typeof har === 'string' || har instanceof URL;
    for (const { target, reply } of repliesOf(isPath ? JSON.parse(readFileSync(har, 'utf8')) : har)) {
      host.#backends.add(target, reply);
    }
    return host;
  }

  /**
   * Grants requests to a URL, and sets the replies: each is given once in its turn, and the last from then on.
   *
   * @param {string} target the URL, or method and URL: `POST https://hub.example/v1/visits`
   * @param {...Reply} replies
   * @returns {this}
   */
  reply(target, ...replies) {
    this.#backends.set(target, replies);
    return this;
  }

  /**
   * Moves the clock.
   *
   * @param {Duration} duration
   * @returns {this}
   */
  advance(duration) {
    this.milliseconds += secondsOf(duration) * 1000;
    return this;
  }

  /**
   * Returns the context of a call that begins now, by a seller who reads English and names no CRM.
   *
   * @param {Partial<CallContext>} [differing]
   * @returns {Context}
   */
  context(differing = {}) {
    return contextOf({
      activityId: '00000000-0000-4000-8000-000000000000',
      receivedAt: Timestamp.fromUnix(this.milliseconds / 1000).toString(),
      timeLeftMs: 4000,
      languages: ['en'],
      crm: {},
      ...differing,
    });
  }

  /**
   * Sends requests of the plugin, side by side. Backends take time of the fake clock alone.
   *
   * @param {HttpRequest[]} requests
   * @returns {Outcome[]}
   */
  send(requests) {
    const ends = requests.map((request) => {
      this.sent.push(request);
      return this.#outcome(request);
    });
    this.milliseconds += Math.max(0, ...ends.map(({ took }) => took));
    return ends.map(({ outcome }) => outcome);
  }

  /**
   * Takes an entry of the log.
   *
   * @param {Level} level
   * @param {string} message
   * @param {Property[]} fields
   */
  write(level, message, fields) {
    const named = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    this.logged.push({ level, message, fields: named });
  }

  /**
   * Returns the store, or throws the error of one that does not serve.
   *
   * @returns {FakeStore}
   */
  store() {
    if (this.#keyValue !== true) throw { tag: this.#keyValue };
    return this.#store;
  }

  /**
   * @param {HttpRequest} request
   * @returns {{ outcome: Outcome, took: number }}
   */
  #outcome({ method, url, headers, body, timeoutMs = Infinity }) {
    const reply = this.#backends.next(method, url);
    const texts = [...headers.map(({ value }) => value), body ?? ''].join(' ');
    const secret = [...texts.matchAll(/\{\{secret:([^}]*)\}\}/g)].find(([, name]) => !(String(name) in this.secrets));
    if (!reply || secret) {
      const missing = reply ? `the secret ${secret?.[1]}` : `${method} ${url}`;
      return { outcome: errOf({ tag: 'not-granted', val: missing }), took: 0 };
    }
    const { latencyMs = 0, error } = reply;
    if (latencyMs > timeoutMs) return { outcome: errOf({ tag: 'timed-out' }), took: timeoutMs };
    const outcome = error ? errOf(errorOf(error)) : { tag: /** @type {const} */ ('ok'), val: responseOf(reply) };
    return { outcome, took: latencyMs };
  }
}

/**
 * @param {HttpError} error
 * @returns {Outcome}
 */
function errOf(error) {
  return { tag: 'err', val: error };
}

/** @type {FakeHost | undefined} */
let current;

/**
 * Returns the host that serves: the latest, or one that grants nothing.
 *
 * @returns {FakeHost}
 */
export function currentHost() {
  return current ?? new FakeHost();
}
