// Key sales info of an account: what expires soon, and what was signed lately.

import { defineKeySalesInfo, fill, highlight, sum, Timestamp, type Highlight } from '@insight-host/sdk';

import { envelopesOf, missingIn, openOnes, type Envelope } from './envelopes.ts';
import { dayOf, valueOf, wordingFor, type Wording } from './wording.ts';

const SOON = { days: 14 };
const LATELY = { days: 90 };

export const keySalesInfo = defineKeySalesInfo((context, request) => {
  const wording = wordingFor(context);
  const now = context.now();
  const envelopes = envelopesOf(context, request.about);
  const highlights = [...expiring(wording, envelopes, now), ...totals(wording, envelopes, now)];
  return request.page(highlights, wording.locale.language);
});

/** Returns a highlight for each open envelope that expires soon. */
function expiring(wording: Wording, envelopes: Envelope[], now: Timestamp): Highlight[] {
  const isSoon = ({ expiresAt }: Envelope) => {
    const expires = expiresAt ? Timestamp.parse(expiresAt) : undefined;
    return expires && now <= expires && expires <= now.plus(SOON);
  };
  return openOnes(envelopes).filter(isSoon).map((envelope) => toHighlight(wording, envelope));
}

function toHighlight(wording: Wording, envelope: Envelope): Highlight {
  const { locale, texts } = wording;
  const missing = missingIn(envelope);
  const count = missing.length;
  const date = dayOf(wording, envelope.expiresAt) ?? '';
  return highlight({
    description: fill(locale.plural(count, texts.expires), { subject: envelope.subject, date, count }),
    dateTime: envelope.expiresAt ?? undefined,
    url: envelope.url,
    properties: { [texts.names.waitingFor]: missing.join(', '), [texts.names.value]: valueOf(wording, envelope) },
  });
}

/** Returns a highlight for the total of what was signed lately in each currency. */
function totals({ locale, texts }: Wording, envelopes: Envelope[], now: Timestamp): Highlight[] {
  const isLate = ({ changedAt }: Envelope) => Timestamp.parse(changedAt) >= now.minus(LATELY);
  const signed = envelopes.filter((envelope) => envelope.status === 'signed' && isLate(envelope));
  const values = signed.flatMap(({ value }) => value ?? []);
  const currencies = [...new Set(values.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const amounts = values.filter((value) => value.currency === currency).map(({ amount }) => amount);
    const count = amounts.length;
    const money = locale.money(sum(amounts), currency);
    return highlight({ description: fill(locale.plural(count, texts.total), { count, money }) });
  });
}
