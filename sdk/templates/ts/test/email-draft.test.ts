import assert from 'node:assert/strict';
import { test } from 'node:test';

import { draftAbout, FakeHost } from '@insight-host/sdk/testing';

import { emailDraft } from '../src/email-draft.ts';

test('each order is linked', () => {
  const { items } = emailDraft.answer(new FakeHost().context(), draftAbout('account', '42'));

  assert.equal(items[0]?.url, 'https://contoso.example/orders/1003');
});
