import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FakeHost, requestAbout } from '@insight-host/sdk/testing';

import { keySalesInfo } from '../src/key-sales-info.ts';

test('a page holds no more than is wanted', () => {
  const request = requestAbout('account', '42', { top: 1 });

  const { items, hasMore } = keySalesInfo.answer(new FakeHost().context(), request);

  assert.deepEqual(items.map(({ description }) => description), ['Order 1003 of 2026-05-12 is on its way.']);
  assert.equal(hasMore, true);
});
