import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Cache, Failed, Throttled, Unavailable } from '../../../sdk/js/src/index.js';
import { FakeHost } from '../../../sdk/js/src/testing.js';

/** Gets a value through a cache of its own, as each call has one. */
function get(/** @type {FakeHost} */ host, /** @type {() => unknown} */ fetch) {
  return new Cache(host.context(), 'visits', { fresh: { seconds: 60 }, stale: { hours: 1 } }).getOrFetch('42', fetch);
}
const down = () => { throw new Unavailable('the hub is down'); };

test('a fresh value is not fetched again', () => {
  const host = new FakeHost({ keyValue: true });

  assert.deepEqual(get(host, () => ({ visits: [1] })), { visits: [1] });
  host.advance({ seconds: 59 });
  assert.deepEqual(get(host, () => assert.fail('it is fresh')), { visits: [1] });
});

test('a value that is no longer fresh is fetched and stored', () => {
  const host = new FakeHost({ keyValue: true });
  get(host, () => 'first');

  host.advance({ seconds: 60 });
  assert.equal(get(host, () => 'second'), 'second');
  host.advance({ seconds: 59 });
  assert.equal(get(host, down), 'second');
});

test('a stale value stands in for a backend that is down or wants fewer requests', () => {
  const host = new FakeHost({ keyValue: true });
  get(host, () => 'known');

  host.advance({ hours: 1 });
  assert.equal(get(host, down), 'known');
  assert.equal(get(host, () => { throw new Throttled(3); }), 'known');
  assert.throws(() => get(host, () => { throw new Failed('why'); }), Failed);
  const message = 'a stored value stands in for the backend';
  assert.deepEqual(host.logged, ['unavailable', 'throttled'].map((failure) => {
    return { level: 'warn', message, fields: { cache: 'visits', failure } };
  }));
  host.advance({ seconds: 1 });
  assert.throws(() => get(host, down), Unavailable);
});

test('a store that does not serve costs the call nothing, and is logged once', () => {
  for (const keyValue of /** @type {const} */ ([false, 'full', 'unavailable', 'too-long'])) {
    const host = new FakeHost({ keyValue });
    const cache = new Cache(host.context(), 'visits', { fresh: { seconds: 60 }, stale: { hours: 1 } });

    assert.equal(cache.getOrFetch('42', () => 'fetched'), 'fetched');
    assert.equal(cache.getOrFetch('43', () => 'fetched'), 'fetched');
    const logged = host.logged.map(({ level, message }) => [level, message]);
    assert.deepEqual(logged, [['debug', 'the cache does not serve']]);
  }
});

test('an entry of another form is fetched anew', () => {
  for (const text of ['{', 'null', '"old"', '{"at":"x","value":1}', '{"at":1}']) {
    const host = new FakeHost({ keyValue: true });
    host.store().set('visits:42', text, 100);

    assert.equal(get(host, () => 'fetched'), 'fetched', text);
    assert.equal(host.logged.length, 1, text);
  }
});

test('a malformed entry is replaced', () => {
  const host = new FakeHost({ keyValue: true });
  host.store().set('visits:42', '{', 100);

  get(host, () => 'fetched');

  assert.equal(get(host, down), 'fetched');
});

test('a value that JSON has no form for is not stored, and that is logged', () => {
  const host = new FakeHost({ keyValue: true });

  assert.equal(get(host, () => 7n), 7n);
  assert.equal(get(host, () => Infinity), Infinity);
  assert.deepEqual(get(host, () => ({ none: null, shares: [1, NaN] })), { none: null, shares: [1, NaN] });
  assert.throws(() => get(host, down), Unavailable);
  assert.deepEqual(host.logged.map(({ level }) => level), ['debug', 'debug', 'debug']);
});

test('what is not there is not stored, and other errors pass', () => {
  const host = new FakeHost({ keyValue: true });

  assert.equal(get(host, () => undefined), undefined);
  assert.throws(() => get(host, () => { throw new RangeError('mine'); }), RangeError);
});
