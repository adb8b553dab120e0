// Every request of answers.json, answered from recorded replies of the backend.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Failure } from '@insight-host/sdk';
import { FakeHost } from '@insight-host/sdk/testing';

import answers from '../../answers.json';
import * as plugin from '../src/plugin.ts';

const ENVELOPES = 'https://api.tailspin.example/v1/envelopes';
const ASKED = [`${ENVELOPES}?account=42`, `${ENVELOPES}?accountName=Fourth%20Coffee`];
// From build/test, where tests run.
const RECORDED = new URL('../../../backend.har', import.meta.url);
const OPTIONS = {
  config: { backend: 'https://api.tailspin.example' },
  secrets: { 'sign-token': 't' },
  keyValue: true,
};
const CAPABILITIES = {
  'record-summary': plugin.recordSummary,
  'key-sales-info': plugin.keySalesInfo,
  'email-draft': plugin.emailDraft,
  chat: plugin.chat,
};

type Case = (typeof answers.cases)[number];

/** A host as a case wants it, which has answered the same request before if the case says so. */
function hostFor(wanted: Case): FakeHost {
  const host = FakeHost.har(RECORDED, { ...OPTIONS, now: answers.now });
  if (wanted.before !== undefined) {
    host.advance({ seconds: -wanted.before });
    ask(wanted, host);
    host.advance({ seconds: wanted.before });
  }
  if (wanted.backend === 'down') for (const url of ASKED) host.reply(url, { error: 'unreachable' });
  host.sent = [];
  return host;
}

function ask({ capability, languages, request }: Case, host: FakeHost): unknown {
  const { answer } = CAPABILITIES[capability as keyof typeof CAPABILITIES];
  return answer(host.context({ languages }), asInterface(request) as never);
}

/** Variants as the interface has them: the conversation of an email, and the text of a parameter. */
function asInterface(request: Case['request']): object {
  const email = { tag: 'email', val: { to: [], cc: [], bcc: [] } };
  const inputs = request.inputs?.map(({ name, value }) => ({ name, value: { tag: 'text', val: value.text } }));
  return { ...request, ...(request.conversation && { conversation: email }), ...(inputs && { inputs }) };
}

/** Variants as answers.json has them: the kind of a link, and the content of a card. */
function asTold(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_, value) => {
    if (value?.kind?.tag) return { ...value, kind: value.kind.tag };
    if (value?.body?.tag !== 'content') return value;
    const { body, ...card } = value;
    return { ...card, facts: body.val.facts };
  });
}

for (const wanted of answers.cases as Case[]) {
  test(`${wanted.capability}: ${wanted.name}`, () => {
    const host = hostFor(wanted);

    if (wanted.failure) {
      const isWanted = (thrown: unknown) => thrown instanceof Failure && thrown.payload.tag === wanted.failure;
      assert.throws(() => ask(wanted, host), isWanted);
    } else {
      assert.deepEqual(asTold(ask(wanted, host)), asTold(wanted.answer));
    }
    assert.equal(host.sent.length, wanted.sent);
  });
}

test('the profile and the skill are those of every implementation', () => {
  assert.deepEqual(plugin.about.describe(), answers.profile);
  assert.deepEqual(plugin.chat.skills(), answers.skills);
});
