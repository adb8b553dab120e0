import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  Api, Failed, InvalidRequest, NotPermitted, RecordNotFound, SignInRequired, Throttled, Unavailable,
} from '../../../sdk/js/src/index.js';
import { FakeHost } from '../../../sdk/js/src/testing.js';

const BASE = 'https://hub.example';
const URL_42 = `${BASE}/v1/visits?account=42`;

/** A host that grants the hub, and the hub's API. */
function hub(timeLeftMs = 3000) {
  const host = new FakeHost({ config: { backend: `${BASE}/` }, secrets: { token: 't' } });
  const api = Api.fromConfig(host.context({ timeLeftMs }), 'backend').bearer('token');
  return { host, api };
}

const visits = (/** @type {Api} */ api) => api.get('/v1/visits').query('account', 42).json();

test('a request has the headers of its API, and its secrets are left to the host', () => {
  const { host, api } = hub();
  host.reply(URL_42, { json: { visits: [] } });

  const { visits: found } = api.header('x-tenant', 'a').secret('x-key', 'token').get('/v1/visits').query('account', 42)
    .query('since', undefined).json();

  assert.deepEqual(found, []);
  assert.deepEqual(host.sent[0]?.headers.map(({ name, value }) => `${name}: ${value}`), [
    'accept: application/json', 'authorization: Bearer {{secret:token}}', 'x-tenant: a', 'x-key: {{secret:token}}',
  ]);
});

test('a value that is not configured is named', () => {
  const context = new FakeHost().context();

  assert.throws(() => Api.fromConfig(context, 'backend'), { name: 'Failure', message: /`backend` is not set/ });
});

test('values of a path and a query stay in their place', () => {
  const { host, api } = hub();
  const id = 'a/../b?c#d é\ud800';
  host.reply(`${BASE}/v1/a%2F..%2Fb%3Fc%23d%20%C3%A9%EF%BF%BD/notes?q=%26%3D%C3%A9`, { json: 1 });

  assert.equal(api.get`/v1/${id}/notes`.query('q', '&=é').json(), 1);
  for (const dots of ['', '.', '..']) assert.throws(() => api.get`/v1/${dots}/notes`, InvalidRequest);
  for (const path of ['/v1/../admin', '/v1?x=1', '/v1#x', 'v1', '/a b', '/a\\b', '/v1/.%2E', '/%2e/x']) {
    assert.throws(() => api.get(path), InvalidRequest, path);
  }
});

test('a body is JSON, and a response without one is undefined', () => {
  const { host, api } = hub();
  host.reply(`POST ${BASE}/v1/visits`, { status: 201, json: { id: 7 } });
  host.reply(`DELETE ${BASE}/v1/visits/7`, { status: 204 });

  const created = api.post('/v1/visits').body({ at: 'x' }).json();

  assert.deepEqual(created, { id: 7 });
  assert.equal(host.sent[0]?.body, '{"at":"x"}');
  assert.equal(host.sent[0]?.headers.at(-1)?.name, 'content-type');
  assert.equal(api.delete`/v1/visits/${7}`.json(), undefined);
  assert.equal(host.sent.length, 2);
});

test('a body that JSON has no form for is not sent', () => {
  const { host, api } = hub();
  const cyclic = {};
  Object.assign(cyclic, { cyclic });
  for (const body of [{ share: 1 / 0 }, [null, NaN], undefined, 1n, cyclic]) {
    assert.throws(() => api.post('/v1/visits').body(body), /POST .v1.visits: the body has no form/);
  }
  host.reply(`POST ${BASE}/v1/visits`, { status: 204 });
  assert.equal(api.post('/v1/visits').body({ note: null }).json(), undefined);
  assert.equal(host.sent[0]?.body, '{"note":null}');
});

test('a text in a body that reads as a placeholder is no secret', () => {
  const { host, api } = hub();
  host.reply(`POST ${BASE}/v1/notes`, { json: 1 }, { json: 1 });
  const note = { text: 'my {{{secret:token}}', empty: [{}, { a: {} }] };

  api.post('/v1/notes').body(note).json();
  api.post('/v1/notes').text('key={{secret:token}}', 'application/x-www-form-urlencoded').json();

  assert.doesNotMatch(host.sent[0]?.body ?? '{{', /\{\{/);
  assert.deepEqual(JSON.parse(host.sent[0]?.body ?? ''), note);
  assert.equal(host.sent[1]?.body, 'key={{secret:token}}');
  assert.equal(host.sent[1]?.headers.at(-1)?.value, 'application/x-www-form-urlencoded');
});

test('a response has its status and headers', () => {
  const { host, api } = hub();
  host.reply(`${BASE}/v1/text`, { headers: { ETag: '"1"' }, body: 'text' });

  const response = api.get('/v1/text').response();

  assert.deepEqual(response, { status: 200, headers: [{ name: 'etag', value: '"1"' }], body: 'text' });
});

test('each status is the failure that it means', () => {
  for (const [status, failure] of /** @type {const} */ ([
    [301, Failed], [400, Failed], [401, Failed], [403, NotPermitted], [404, RecordNotFound], [408, Unavailable],
    [409, Failed], [429, Throttled], [500, Unavailable], [503, Unavailable], [599, Unavailable],
  ])) {
    const { host, api } = hub();
    host.reply(URL_42, { status, headers: { 'Retry-After': '7' }, body: 'do not tell' });

    assert.throws(() => visits(api), (thrown) => {
      assert.ok(thrown instanceof failure, String(status));
      assert.doesNotMatch(thrown.message, /do not tell|42/);
      if (status === 429) assert.deepEqual(thrown.payload, { tag: 'throttled', val: 7 });
      if (status === 401) assert.match(thrown.message, /GET \/v1\/visits: the backend refuses the credentials/);
      return true;
    });
  }
});

test('credentials of the seller that are refused ask the seller to sign in', () => {
  const { host, api } = hub();
  host.reply(URL_42, { status: 401 });

  assert.throws(() => visits(api.perUserSignIn()), SignInRequired);
});

test('of requests side by side, each goes by the credentials of its own API', () => {
  const { host, api } = hub();
  host.reply(URL_42, { status: 401 });
  const seller = new Api(host.context(), BASE).perUserSignIn();
  const request = (/** @type {Api} */ of) => of.get('/v1/visits').query('account', 42);

  assert.throws(() => api.all([request(seller)]), SignInRequired);
  assert.throws(() => seller.all([request(api)]), Failed);
});

test('a record that may be absent is undefined', () => {
  const { host, api } = hub();
  host.reply(URL_42, { status: 404 });

  const request = api.get('/v1/visits').query('account', 42).optional();

  assert.equal(request.json(), undefined);
  assert.equal(request.response().status, 404);
});

test('no response is a failure of the backend or of the request', () => {
  for (const [error, failure] of /** @type {const} */ ([
    ['timed-out', Unavailable], ['unreachable', Unavailable], ['too-large', Failed], ['over-quota', Failed],
    [{ tag: 'invalid-request', val: 'why' }, Failed], [{ tag: 'other', val: 'why' }, Failed],
  ])) {
    const { host, api } = hub();
    host.reply(URL_42, { error });

    assert.throws(() => visits(api), failure, JSON.stringify(error));
  }
  const { api } = hub();
  assert.throws(() => visits(api), /GET \/v1\/visits: not-granted: GET https:\/\/hub.example/);
});

test('the place of a fault in JSON is told, and nothing of it', () => {
  for (const [body, place] of /** @type {const} */ ([
    ['{"a": tru, "secret": 1}', 'line 1, column 7'], ['{\n  "a" 1}', 'line 2, column 7'], ['[1,]', 'line 1, column 4'],
    ['{"a":1,}', 'line 1, column 8'], ['<html>', 'line 1, column 1'], ['[1] x', 'line 1, column 5'],
    ['["open', 'line 1, column 2'], ['[01]', 'line 1, column 2'], ['{"a":[{}', 'line 1, column 9'],
    ['{]', 'line 1, column 2'],
    ['', 'line 1, column 1'], ['"\\x"', 'line 1, column 1'], ['1 2', 'line 1, column 3'], [':', 'line 1, column 1'], [' ', 'line 1, column 2'],
  ])) {
    const { host, api } = hub();
    host.reply(URL_42, { body });

    assert.throws(() => visits(api), { message: `failed: GET /v1/visits: the response is no JSON, ${place}` }, body);
  }
});

test('a moment of trouble is tried once more, within the time', () => {
  for (const first of /** @type {const} */ ([
    { error: 'unreachable' }, { status: 502 }, { status: 503 }, { status: 504 }, { latencyMs: 60_000 },
  ])) {
    const { host, api } = hub(3000);
    host.reply(URL_42, first, { json: 'at last', latencyMs: 100 });

    assert.equal(visits(api), 'at last');
    const spent = 'latencyMs' in first ? 2000 : 0;
    assert.deepEqual(host.sent.map(({ timeoutMs }) => timeoutMs), [2000, 3000 - spent - 50], JSON.stringify(first));
  }
});

test('there is no third try', () => {
  const { host, api } = hub();
  host.reply(URL_42, { status: 503 }, { status: 502 }, { json: 1 });

  assert.throws(() => visits(api), { message: /status 502/ });
  assert.equal(host.sent.length, 2);
});

test('what may not arrive twice, and who asks for patience, is tried once', () => {
  for (const method of /** @type {const} */ (['post', 'patch'])) {
    const { host, api } = hub();
    host.reply(`${BASE}/v1/visits`, { error: 'unreachable' });

    assert.throws(() => api[method]('/v1/visits').body({}).json(), Unavailable);
    assert.deepEqual(host.sent.map(({ timeoutMs }) => timeoutMs), [2950]);
  }
  const { host, api } = hub();
  host.reply(URL_42, { status: 503, headers: { 'retry-after': '2' } });
  assert.throws(() => visits(api), Unavailable);
  assert.equal(host.sent.length, 1);
});

test('a call without time left is not tried again', () => {
  const { host, api } = hub(3000);
  host.advance({ seconds: 2.97 }).reply(URL_42, { error: 'unreachable' });

  assert.throws(() => visits(api), Unavailable);
  assert.deepEqual(host.sent.map(({ timeoutMs }) => timeoutMs), [20]);
});

test('several requests go side by side, and those in trouble once more', () => {
  const { host, api } = hub();
  host.reply(`${BASE}/a`, { json: 'a', latencyMs: 300 });
  host.reply(`${BASE}/b`, { status: 502, latencyMs: 100 }, { json: 'b' });
  host.reply(`${BASE}/c`, { status: 404 });
  const begun = host.milliseconds;

  const found = api.all([api.get('/a'), api.get('/b'), api.get('/c').optional()]);

  assert.deepEqual(found, ['a', 'b', undefined]);
  assert.deepEqual(host.sent.map(({ url }) => url.slice(BASE.length)), ['/a', '/b', '/c', '/b']);
  assert.equal(host.milliseconds - begun, 300);
});

test('of several requests the first failure is thrown', () => {
  const { host, api } = hub();
  host.reply(`${BASE}/a`, { json: 'a' }).reply(`${BASE}/b`, { status: 403 }).reply(`${BASE}/c`, { status: 404 });

  assert.throws(() => api.all([api.get('/a'), api.get('/b'), api.get('/c')]), NotPermitted);
});
