import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FakeHost, requestAbout } from '@insight-host/sdk/testing';

import { recordDetails } from '../src/record-details.ts';

test('an order shows its status and its day', () => {
  const { items } = recordDetails.answer(new FakeHost().context(), requestAbout('account', '42'));

  assert.deepEqual(items[0]?.properties.map(({ value }) => value), ['on its way', '2026-05-12']);
});
