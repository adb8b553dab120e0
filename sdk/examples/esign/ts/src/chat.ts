// Questions in the chat: what waits for signatures.

import { card, defineChat, fill, RecordNotFound, required, skill, type Answer, type Context } from '@insight-host/sdk';

import { envelopesByName, missingIn, openOnes, type Envelope } from './envelopes.ts';
import { dayOf, standing, valueOf, wordingFor, type Wording } from './wording.ts';

export const chat = defineChat({
  'pending-signatures': skill({
    title: 'Chat about pending signatures',
    description:
      'Finds the agreements of an account that wait for signatures, who has still to sign, and when they expire.',
    parameters: { accountName: required.text('Name of the account, such as Fourth Coffee') },
    answer: (context, { accountName }) => pendingSignatures(context, accountName),
  }),
});

function pendingSignatures(context: Context, account: string): Answer {
  const wording = wordingFor(context);
  try {
    return answerOf(wording, account, openOnes(envelopesByName(context, account)));
  } catch (failure) {
    if (!(failure instanceof RecordNotFound)) throw failure;
    return { cards: [], text: fill(wording.texts.unknown, { account }), language: wording.locale.language };
  }
}

function answerOf(wording: Wording, account: string, open: Envelope[]): Answer {
  const { locale, texts } = wording;
  const count = open.length;
  const subjects = open.map(({ subject }) => subject).join(', ');
  const text = count ? locale.plural(count, texts.pending) : texts.pending.none;
  return {
    cards: open.map((envelope) => toCard(wording, envelope)),
    text: fill(text, { account, count, subjects }),
    data: { envelopes: open },
    language: locale.language,
  };
}

function toCard(wording: Wording, envelope: Envelope) {
  const { names, open } = wording.texts;
  return card({
    title: envelope.subject,
    subtitle: standing(wording, envelope),
    url: envelope.url,
    urlLabel: open,
    facts: {
      [names.waitingFor]: missingIn(envelope).join(', '),
      [names.expires]: dayOf(wording, envelope.expiresAt),
      [names.value]: valueOf(wording, envelope),
    },
  });
}
