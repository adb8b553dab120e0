// Links worth adding to an email about an account: its open envelopes.

import { contentLink, defineEmailDraft, fill } from '@insight-host/sdk';

import { envelopesOf, missingIn, openOnes, type Envelope } from './envelopes.ts';
import { wordingFor, type Wording } from './wording.ts';

export const emailDraft = defineEmailDraft((context, request) => {
  const wording = wordingFor(context);
  const open = request.about ? openOnes(envelopesOf(context, request.about)) : [];
  return request.page(open, (envelope) => toLink(wording, envelope), wording.locale.language);
});

function toLink({ texts }: Wording, envelope: Envelope) {
  return contentLink({
    kind: 'web-page',
    url: envelope.url,
    title: envelope.subject,
    description: fill(texts.stillToSign, { missing: missingIn(envelope).join(', ') }),
  });
}
