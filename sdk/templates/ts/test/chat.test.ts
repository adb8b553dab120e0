import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FakeHost, question } from '@insight-host/sdk/testing';

import { chat } from '../src/chat.ts';

test('each order of the account has a card', () => {
  const { cards } = chat.answer(new FakeHost().context(), question('orders', { accountName: 'fourth coffee' }));

  assert.equal(cards.length, 3);
});
