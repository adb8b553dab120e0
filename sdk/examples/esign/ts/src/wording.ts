// Sentences about envelopes, in the seller's language.

import { fill, Locale, Timestamp, type Context } from '@insight-host/sdk';

import { missingIn, type Envelope } from './envelopes.ts';
import allTexts from './texts.json';

/** The seller's language, and the texts in it. */
export function wordingFor(context: Context) {
  const locale = Locale.of(context, ['en', 'de']);
  return { locale, texts: locale.choose(allTexts) };
}

export type Wording = ReturnType<typeof wordingFor>;

/** Says where an envelope stands. */
export function standing({ locale, texts }: Wording, envelope: Envelope): string {
  const missing = missingIn(envelope);
  const total = envelope.signers.length;
  const values = { signed: total - missing.length, total, missing: missing.join(', ') };
  switch (envelope.status) {
    case 'sent':
      return fill(locale.plural(values.signed, texts.sentence.sent), values);
    case 'signed':
      return fill(locale.plural(total, texts.sentence.signed), values);
    case 'declined':
      return fill(locale.plural(missing.length, texts.sentence.declined), values);
    case 'voided':
      return texts.sentence.voided;
  }
}

/** Returns the day of an instant, if there is one. */
export function dayOf({ locale }: Wording, instant: string | null): string | undefined {
  return instant ? locale.date(Timestamp.parse(instant)) : undefined;
}

/** Returns the value of an envelope, if it has one. */
export function valueOf({ locale }: Wording, { value }: Envelope): string | undefined {
  return value ? locale.money(value.amount, value.currency) : undefined;
}
