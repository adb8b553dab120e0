import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FakeHost, threadAbout } from '@insight-host/sdk/testing';

import { emailSummary } from '../src/email-summary.js';

test('each known account has one insight', () => {
  const about = threadAbout(['43', '42'].map((recordId) => ({ recordType: 'account', recordId })));

  const { items } = emailSummary.answer(new FakeHost().context(), about);

  assert.deepEqual(items.map(({ text }) => text), ['Order 1003 of 2026-05-12 is on its way.']);
});
