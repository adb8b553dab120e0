// Activities for the summary of an account: its envelopes, the latest change first.

import { activity, defineRecordSummary, Timestamp } from '@insight-host/sdk';

import { envelopesOf, type Envelope } from './envelopes.ts';
import { dayOf, standing, valueOf, wordingFor, type Wording } from './wording.ts';

export const recordSummary = defineRecordSummary((context, request) => {
  const wording = wordingFor(context);
  const changed = envelopesOf(context, request.about).filter(({ changedAt }) => request.covers(changedAt));
  const latestFirst = changed.toSorted((one, other) => changeOf(other).compare(changeOf(one)));
  return request.page(latestFirst, (envelope) => toActivity(wording, envelope), wording.locale.language);
});

function changeOf({ changedAt }: Envelope): Timestamp {
  return Timestamp.parse(changedAt);
}

function toActivity(wording: Wording, envelope: Envelope) {
  const { names, status } = wording.texts;
  return activity({
    title: envelope.subject,
    description: standing(wording, envelope),
    dateTime: envelope.changedAt,
    url: envelope.url,
    properties: {
      [names.status]: status[envelope.status],
      [names.sent]: dayOf(wording, envelope.sentAt),
      [names.expires]: dayOf(wording, envelope.expiresAt),
      [names.value]: valueOf(wording, envelope),
    },
  });
}
