import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answer } from '../src/chat.ts';
import { context } from './example.ts';

test('each order of the account has a card', () => {
  const value = { tag: 'text' as const, val: 'fourth coffee' };

  const { cards } = answer(context, { skill: 'orders', inputs: [{ name: 'accountName', value }] });

  assert.equal(cards.length, 3);
});
