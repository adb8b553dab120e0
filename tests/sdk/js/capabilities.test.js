import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  activity, adaptiveCard, card, config, contentLink, defineAbout, defineChat, defineKeySalesInfo, defineLifecycle,
  defineRecordSummary, Failed, Failure, highlight, log, optional, properties, RecordNotFound, relatedRecord, required,
  secrets, skill, Timestamp,
} from '../../../sdk/js/src/index.js';
import { FakeHost, question, requestAbout } from '../../../sdk/js/src/testing.js';

test('a page holds top items after the skipped, and converts only those', () => {
  /** @type {number[]} */
  const converted = [];
  const info = defineKeySalesInfo((_context, request) => request.page([0, 1, 2, 3, 4], (item) => {
    converted.push(item);
    return highlight({ description: String(item) });
  }, 'de'));

  const page = info.answer(new FakeHost().context(), requestAbout('account', '42', { skip: 1, top: 2 }));

  assert.deepEqual(page.items.map(({ description }) => description), ['1', '2']);
  assert.deepEqual([page.hasMore, page.language, converted], [true, 'de', [1, 2]]);
  const last = info.answer(new FakeHost().context(), requestAbout('account', '42', { skip: 4, top: 2 }));
  assert.equal(last.hasMore, false);
});

test('items need not be converted', () => {
  const items = [highlight({ description: 'a' }), highlight({ description: 'b' })];
  const info = defineKeySalesInfo((_context, request) => request.page(items, 'de'));
  const plain = defineKeySalesInfo((_context, request) => request.page(items));
  const request = requestAbout('account', '42', { top: 1 });

  assert.deepEqual(info.answer(new FakeHost().context(), request), { items: [items[0]], hasMore: true, language: 'de' });
  assert.deepEqual(plain.answer(new FakeHost().context(), request), { items: [items[0]], hasMore: true });
});

test('a handler that returns no page is told so', () => {
  /** @type {any} */
  const handler = async () => ({ items: [] });
  const details = defineKeySalesInfo(handler);
  const asked = defineChat({ a: { title: 'a', description: 'a', parameters: {}, answer: handler } });

  const told = { name: 'TypeError', message: /is no async function/ };
  assert.throws(() => details.answer(new FakeHost().context(), requestAbout('account', '42')), told);
  assert.throws(() => asked.answer(new FakeHost().context(), question('a')), told);
});

test('the ends of a time belong to it', () => {
  const covered = (/** @type {object} */ bounds) => {
    /** @type {boolean[]} */
    let found = [];
    defineRecordSummary((_context, request) => {
      found = ['2026-05-01T00:00:00Z', Timestamp.parse('2026-05-31T23:59:59Z')].map((at) => request.covers(at));
      return request.page([], activity);
    }).answer(new FakeHost().context(), requestAbout('account', '42', bounds));
    return found;
  };

  assert.deepEqual(covered({ since: '2026-05-01T00:00:00Z', until: '2026-05-31T23:59:59Z' }), [true, true]);
  assert.deepEqual(covered({ since: '2026-05-01T00:00:01Z', until: '2026-05-31T23:59:58Z' }), [false, false]);
  assert.deepEqual(covered({}), [true, true]);
});

test('what is absent is undefined, though an engine gives null', () => {
  /** @type {any} */
  const context = { ...new FakeHost().context(), timeZone: null, crm: { kind: null } };
  const about = requestAbout('account', '42');
  const details = defineKeySalesInfo((given, request) => {
    assert.deepEqual([given.timeZone, given.crm, 'prompt' in request], [undefined, {}, false]);
    return request.page([], highlight);
  });

  /** @type {any} */
  const asked = { ...about, prompt: null };
  details.answer(context, asked);
  /** @type {any} */
  const timed = { ...about, since: null };
  defineRecordSummary((_context, request) => request.page([], activity)).answer(context, timed);
});

test('what is absent is left out of items and cards', () => {
  const at = Timestamp.parse('2026-05-12T10:30:00+02:00');

  const text = { title: 'a', description: 'b' };
  assert.deepEqual(activity({ ...text, dateTime: at, url: undefined, properties: { c: 'd', e: undefined } }), {
    ...text, dateTime: '2026-05-12T08:30:00Z', properties: [{ name: 'c', value: 'd' }],
  });
  assert.deepEqual(highlight({ description: 'a' }), { description: 'a', properties: [] });
  assert.deepEqual(contentLink({ kind: 'pdf', url: 'u', title: 't', description: 'd' }).kind, { tag: 'pdf' });
  assert.deepEqual(properties(), []);
  const type = { recordType: 'a', typeName: 'A', typeNamePlural: 'As' };
  assert.equal('url' in relatedRecord({ recordId: '1', ...type, title: 't', url: undefined }), false);
  assert.deepEqual(card({ title: 'a', facts: { b: 'c' } }), {
    title: 'a', body: { tag: 'content', val: { facts: [{ name: 'b', value: 'c' }], sections: [] } },
  });
  assert.deepEqual(adaptiveCard({ title: 'a', card: { type: 'AdaptiveCard' } }).body.val, '{"type":"AdaptiveCard"}');
});

const chat = defineChat({
  'open-cases': skill({
    title: 'Chat about open cases',
    description: 'Finds the open cases of an account.',
    parameters: {
      accountName: required.text('Name of the account'),
      limit: optional.integer('How many'),
      since: optional.instant('Since when'),
      stage: optional.choice('Stage', ['Open', 'Won']),
    },
    answer: (_context, { accountName, limit, since, stage }) => {
      /** @type {string} The compiler knows the types of the parameters. */
      const name = accountName;
      /** @type {'Open' | 'Won' | undefined} */
      const chosen = stage;
      const data = { limit: limit ?? 0, since: since?.unix, chosen };
      return { cards: [card({ title: name })], data, text: undefined };
    },
  }),
});

test('a skill is listed with its parameters in their order', () => {
  const [listed] = chat.skills();

  assert.equal(listed?.name, 'open-cases');
  const parameters = listed?.parameters.map((is) => [is.name, is.kind, is.required, is.choices]);
  assert.deepEqual(parameters, [
    ['accountName', 'text', true, []], ['limit', 'integer', false, []], ['since', 'instant', false, []],
    ['stage', 'choice', false, ['Open', 'Won']],
  ]);
});

test('a question is answered by its skill, with its inputs', () => {
  const inputs = {
    accountName: 'Contoso', limit: 3, since: { tag: /** @type {const} */ ('instant'), val: '1970-01-01T00:01:00Z' },
  };

  const answer = chat.answer(new FakeHost().context(), question('open-cases', inputs));

  assert.deepEqual(answer.cards.map(({ title }) => title), ['Contoso']);
  assert.equal(answer.data, '{"limit":3,"since":60}');
  assert.equal('text' in answer, false);
  assert.throws(() => chat.answer(new FakeHost().context(), question('toString')), Failed);
});

test('a failure holds what the host gets', () => {
  const failure = new RecordNotFound();

  assert.ok(failure instanceof Failure && failure instanceof Error);
  assert.ok(Object.hasOwn(failure, 'payload'));
  assert.deepEqual(failure.payload, { tag: 'record-not-found' });
});

test('a profile needs no empty lists, and init fails with its reason', () => {
  const profile = { title: 'a', description: 'b', version: '1', publisher: { name: 'c' }, languages: ['en'] };

  assert.deepEqual(defineAbout(profile).describe(), { ...profile, categories: [], properties: [] });
  assert.throws(() => defineLifecycle(() => { throw new Error('no table'); }).init(), { payload: 'no table' });
});

test('a call knows its present and the time it has left', () => {
  const host = new FakeHost({ now: '2026-06-01T08:00:00Z' });
  const context = host.context({ timeLeftMs: 1000 });

  host.advance({ seconds: 0.4 });

  assert.equal(context.now().toString(), '2026-06-01T08:00:00Z');
  assert.equal(context.timeLeft(), 600);
  host.advance({ minutes: 1 });
  assert.equal(context.timeLeft(), 0);
  assert.equal(host.context().now().toString(), '2026-06-01T08:01:00Z');
});

test('config, secrets and log are those of the latest host', () => {
  new FakeHost({ config: { region: 'other' } });
  const host = new FakeHost({ config: { region: 'emea' }, secrets: { key: 'k' } });

  log.warn('backend refused', { status: 503, detail: undefined });

  assert.deepEqual(host.logged, [{ level: 'warn', message: 'backend refused', fields: { status: '503' } }]);
  assert.deepEqual([config.get('region'), config.get('toString'), secrets.reveal('key')], ['emea', undefined, 'k']);
  assert.throws(() => secrets.reveal('other'), /the secret `other` cannot be read: unknown/);
});
