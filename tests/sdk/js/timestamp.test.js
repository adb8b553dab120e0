import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Failed, Timestamp } from '../../../sdk/js/src/index.js';

const printed = (/** @type {string} */ text) => Timestamp.parse(text).toString();

test('any offset and fraction is read, and UTC to the second is printed', () => {
  assert.equal(printed('2026-05-12T08:30:00Z'), '2026-05-12T08:30:00Z');
  assert.equal(printed('2026-05-12t10:30:00.987654321+02:00'), '2026-05-12T08:30:00Z');
  assert.equal(printed('2026-01-01 00:15:00-00:30'), '2026-01-01T00:45:00Z');
  assert.equal(printed('2026-01-01T00:15:00+00:30'), '2025-12-31T23:45:00Z');
  assert.equal(printed('2016-12-31T23:59:60z'), '2016-12-31T23:59:59Z');
  assert.equal(printed('0001-01-01T00:00:00Z'), '0001-01-01T00:00:00Z');
  assert.equal(printed('9999-12-31T23:59:59Z'), '9999-12-31T23:59:59Z');
});

test('what is no instant is refused, and not quoted', () => {
  for (const text of [
    '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2100-02-29T00:00:00Z',
    '2026-05-12T25:00:00Z',
    '2026-05-12T24:00:00Z', '2026-05-12T08:60:00Z', '2026-05-12T08:30:61Z', '2026-05-12T08:30:00', '2026-05-12', '',
    '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '2026-05-12T08:30:00+24:00',
    '2026-05-12T08:30:00+02:60', '26-05-12T08:30:00Z', '2026-5-12T08:30:00Z', ' 2026-05-12T08:30:00Z',
    '2026-05-12T08:30:00.Z', '2026-00-12T08:30:00Z', '2026-05-00T08:30:00Z', '２026-05-12T08:30:00Z',
  ]) {
    assert.throws(() => Timestamp.parse(text), (thrown) => {
      assert.ok(thrown instanceof Failed && !thrown.message.includes('2026'), text);
      return true;
    });
  }
});

test('instants are those of the platform, in all years', () => {
  for (let unix = -62_135_596_800; unix <= 253_402_300_799; unix += 86_399 * 401) {
    const text = new Date(unix * 1000).toISOString().replace('.000Z', 'Z');

    assert.equal(Timestamp.fromUnix(unix).toString(), text);
    assert.equal(Timestamp.parse(text).unix, unix);
  }
});

test('instants compare, move and are told as dates', () => {
  const [now, later] = [Timestamp.parse('2024-02-28T23:30:00Z'), Timestamp.parse('2024-03-01T00:30:00Z')];

  assert.ok(now < later && later.compare(now) > 0);
  assert.equal(now.plus({ days: 1, minutes: 30 }).toString(), '2024-03-01T00:00:00Z');
  assert.equal(later.minus({ hours: 1 }).toString(), '2024-02-29T23:30:00Z');
  assert.deepEqual([now.daysUntil(later), later.daysUntil(now)], [2, -2]);
  assert.deepEqual(later.date(), { year: 2024, month: 3, day: 1 });
  assert.equal(JSON.stringify({ at: now }), '{"at":"2024-02-28T23:30:00Z"}');
  assert.equal(Timestamp.fromUnix(1.9).unix, 1);
  assert.throws(() => later.plus({ days: 4_000_000 }), Failed);
});
