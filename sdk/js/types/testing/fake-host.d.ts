import { FakeStore } from './store.js';
import type { CallContext, Context } from '../context.js';
import type { Duration } from '../duration.js';
import type { Outcome } from '../exchange.js';
import type { Level } from '../log.js';
import type { Reply } from './backends.js';
import type { HttpRequest } from 'insight:provider/http-client@1.0.0';
import type { Property } from 'insight:provider/insight-types@1.0.0';
import type { StoreError } from 'insight:provider/key-value@1.0.0';
export type FakeHostOptions = {
    /**
     * values of the plugin's [config]
     */
    config?: Record<string, string>;
    /**
     * secrets that the plugin may read and send
     */
    secrets?: Record<string, string>;
    /**
     * true grants a store; a name is its error
     */
    keyValue?: boolean | Exclude<StoreError['tag'], 'other'>;
    /**
     * the present, by default `2026-06-01T08:00:00Z`
     */
    now?: string;
};
export type LogEntry = {
    level: Level;
    message: string;
    fields: Record<string, string>;
};
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
export declare class FakeHost {
    #private;
    /** @type {Record<string, string | undefined>} */
    config: Record<string, string | undefined>;
    /** @type {Record<string, string | undefined>} */
    secrets: Record<string, string | undefined>;
    /**
     * The requests that the plugin has sent so far, those that were refused included. Secrets are not filled in.
     *
     * @type {HttpRequest[]}
     */
    sent: HttpRequest[];
    /**
     * The entries that the plugin has logged so far.
     *
     * @type {LogEntry[]}
     */
    logged: LogEntry[];
    /** The clock, in milliseconds since 1970. */
    milliseconds: number;
    /** @param {FakeHostOptions} [options] */
    constructor({ config, secrets, keyValue, now }?: FakeHostOptions);
    /**
     * Creates a host with the replies that an HAR file has recorded, as browsers and proxies write it. Several to one
     * request are given in their turn.
     *
     * @param {string | URL | object} har path of the file, or its content
     * @param {FakeHostOptions} [options]
     * @returns {FakeHost}
     */
    static har(har: string | URL | object, options?: FakeHostOptions): FakeHost;
    /**
     * Grants requests to a URL, and sets the replies: each is given once in its turn, and the last from then on.
     *
     * @param {string} target the URL, or method and URL: `POST https://hub.example/v1/visits`
     * @param {...Reply} replies
     * @returns {this}
     */
    reply(target: string, ...replies: Reply[]): this;
    /**
     * Moves the clock.
     *
     * @param {Duration} duration
     * @returns {this}
     */
    advance(duration: Duration): this;
    /**
     * Returns the context of a call that begins now, by a seller who reads English and names no CRM.
     *
     * @param {Partial<CallContext>} [differing]
     * @returns {Context}
     */
    context(differing?: Partial<CallContext>): Context;
    /**
     * Sends requests of the plugin, side by side. Backends take time of the fake clock alone.
     *
     * @param {HttpRequest[]} requests
     * @returns {Outcome[]}
     */
    send(requests: HttpRequest[]): Outcome[];
    /**
     * Takes an entry of the log.
     *
     * @param {Level} level
     * @param {string} message
     * @param {Property[]} fields
     */
    write(level: Level, message: string, fields: Property[]): void;
    /**
     * Returns the store, or throws the error of one that does not serve.
     *
     * @returns {FakeStore}
     */
    store(): FakeStore;
}
/**
 * Returns the host that serves: the latest, or one that grants nothing.
 *
 * @returns {FakeHost}
 */
export declare function currentHost(): FakeHost;
