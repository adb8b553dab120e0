/// <reference path="../interface/everything.d.ts" preserve="true" />

// Mocks for tests of a plugin in Node.js, without a host.

export { FakeHost } from './testing/fake-host.js';
export { draftAbout, question, requestAbout, threadAbout } from './testing/requests.js';

/** @typedef {import('./testing/backends.js').Reply} Reply */
/** @typedef {import('./testing/fake-host.js').FakeHostOptions} FakeHostOptions */
/** @typedef {import('./testing/fake-host.js').LogEntry} LogEntry */
