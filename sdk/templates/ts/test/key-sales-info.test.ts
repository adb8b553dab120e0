import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from '../src/key-sales-info.ts';
import { account, context } from './example.ts';

test('a page holds no more than is wanted', () => {
  const { items, hasMore } = answer(context, { about: account, top: 1, skip: 0 });

  assert.deepEqual(items.map(({ description }) => description), ['Order 1003 of 2026-05-12 is on its way.']);
  assert.equal(hasMore, true);
});
