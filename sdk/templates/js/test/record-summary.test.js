import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from '../src/record-summary.js';
import { account, context, unknown } from './example.js';

test('the latest order comes first', () => {
  const { items, hasMore } = answer(context, { about: account, top: 10, skip: 0 });

  assert.deepEqual(items.map(({ title }) => title), ['Order 1003', 'Order 1002', 'Order 1001']);
  assert.equal(hasMore, false);
});

test('orders before the wanted time are left out', () => {
  const { items } = answer(context, { about: account, since: '2026-03-01T00:00:00Z', top: 10, skip: 0 });

  assert.equal(items.length, 2);
});

test('an unknown account is not found', () => {
  assert.throws(() => answer(context, { about: unknown, top: 10, skip: 0 }), { tag: 'record-not-found' });
});
