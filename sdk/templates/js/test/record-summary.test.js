import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RecordNotFound } from '@insight-host/sdk';
import { FakeHost, requestAbout } from '@insight-host/sdk/testing';

import { recordSummary } from '../src/record-summary.js';

const host = new FakeHost();

test('the latest order comes first', () => {
  const { items, hasMore } = recordSummary.answer(host.context(), requestAbout('account', '42'));

  assert.deepEqual(items.map(({ title }) => title), ['Order 1003', 'Order 1002', 'Order 1001']);
  assert.equal(hasMore, false);
});

test('orders before the wanted time are left out', () => {
  const request = requestAbout('account', '42', { since: '2026-03-01T00:00:00Z' });

  assert.equal(recordSummary.answer(host.context(), request).items.length, 2);
});

test('an unknown account is not found', () => {
  assert.throws(() => recordSummary.answer(host.context(), requestAbout('account', '43')), RecordNotFound);
});
