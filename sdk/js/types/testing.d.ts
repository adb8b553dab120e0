/// <reference path="../interface/everything.d.ts" preserve="true" />
export { FakeHost } from './testing/fake-host.js';
export { draftAbout, question, requestAbout, threadAbout } from './testing/requests.js';
export type Reply = import('./testing/backends.js').Reply;
export type FakeHostOptions = import('./testing/fake-host.js').FakeHostOptions;
export type LogEntry = import('./testing/fake-host.js').LogEntry;
/** @typedef {import('./testing/backends.js').Reply} Reply */
/** @typedef {import('./testing/fake-host.js').FakeHostOptions} FakeHostOptions */
/** @typedef {import('./testing/fake-host.js').LogEntry} LogEntry */
