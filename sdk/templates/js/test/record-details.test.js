import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from '../src/record-details.js';
import { account, context } from './example.js';

test('an order shows its status and its day', () => {
  const { items } = answer(context, { about: account, top: 10, skip: 0 });

  assert.deepEqual(items[0]?.properties.map(({ value }) => value), ['on its way', '2026-05-12']);
});
