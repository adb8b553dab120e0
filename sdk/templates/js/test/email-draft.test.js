import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from '../src/email-draft.js';
import { account, context } from './example.js';

test('each order is linked', () => {
  const conversation = { tag: /** @type {const} */ ('other'), val: { kind: 'teams-chat', json: '{}' } };

  const { items } = answer(context, { conversation, about: account, top: 10, skip: 0 });

  assert.equal(items[0]?.url, 'https://contoso.example/orders/1003');
});
