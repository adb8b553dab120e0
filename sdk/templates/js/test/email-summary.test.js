import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from '../src/email-summary.js';
import { account, context, unknown } from './example.js';

test('each known account has one insight', () => {
  const about = [unknown, account].map((crmRecord) => ({ crmRecord, connected: true }));

  const { items } = answer(context, { participants: [], about, top: 10, skip: 0 });

  assert.deepEqual(items.map(({ text }) => text), ['Order 1003 of 2026-05-12 is on its way.']);
});
