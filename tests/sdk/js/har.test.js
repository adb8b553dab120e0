import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Api, Unavailable } from '../../../sdk/js/src/index.js';
import { FakeHost } from '../../../sdk/js/src/testing.js';

/** An entry as browsers write it. */
function entry(/** @type {string} */ path, /** @type {number} */ status, /** @type {object} */ content) {
  const headers = [{ name: 'Content-Type', value: 'application/json' }, { name: 'Content-Encoding', value: 'gzip' }];
  return { request: { method: 'GET', url: `https://hub.example${path}` }, response: { status, headers, content } };
}

const har = { log: { version: '1.2', entries: [
  entry('/a', 200, { text: '"first"' }),
  entry('/a', 200, { text: '"second"' }),
  entry('/b', 200, { text: Buffer.from('"ä"').toString('base64'), encoding: 'base64' }),
  entry('/c', 0, {}),
] } };

test('recorded replies are given in their turn, and the last one stays', () => {
  const host = FakeHost.har(har, { config: { backend: 'https://hub.example' } });
  const api = Api.fromConfig(host.context(), 'backend');
  const get = () => api.get('/a').json();

  assert.deepEqual([get(), get(), get()], ['first', 'second', 'second']);
  assert.equal(api.get('/b').json(), 'ä');
  assert.deepEqual(api.get('/b').response().headers, [{ name: 'content-type', value: 'application/json' }]);
  assert.throws(() => api.get('/c').json(), Unavailable);
  assert.throws(() => api.get('/d').json(), /not-granted/);
});

test('replies that a test sets stand in place of recorded ones', () => {
  const host = FakeHost.har(har, { config: { backend: 'https://hub.example' } });
  const api = Api.fromConfig(host.context(), 'backend');

  host.reply('https://hub.example/a', { error: 'unreachable' });

  assert.throws(() => api.get('/a').json(), Unavailable);
});
