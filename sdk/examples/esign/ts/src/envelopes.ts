// The envelopes of an account: agreements that are sent to be signed.

import { Api, Cache, Timestamp, type Context, type CrmRecord } from '@insight-host/sdk';

export interface Envelope {
  id: string;
  subject: string;
  status: 'sent' | 'signed' | 'declined' | 'voided';
  sentAt: string;
  changedAt: string;
  expiresAt: string | null;
  signers: { name: string; signedAt: string | null }[];
  value: { amount: string; currency: string } | null;
  url: string;
}

/** Returns the envelopes of an account; none of records that are no accounts. */
export function envelopesOf(context: Context, { recordType, recordId }: CrmRecord): Envelope[] {
  return recordType === 'account' ? fetchEnvelopes(context, 'account', recordId) : [];
}

/** Returns the envelopes of the account of this name. */
export function envelopesByName(context: Context, name: string): Envelope[] {
  return fetchEnvelopes(context, 'accountName', name);
}

/** Returns the envelopes that wait for signatures, the one that expires soonest first. */
export function openOnes(envelopes: Envelope[]): Envelope[] {
  const expiry = ({ expiresAt }: Envelope) => (expiresAt ? Timestamp.parse(expiresAt).unix : Infinity);
  const open = envelopes.filter(({ status }) => status === 'sent');
  return open.toSorted((one, other) => (expiry(one) < expiry(other) ? -1 : expiry(one) > expiry(other) ? 1 : 0));
}

/** Returns the names of those who have not signed. */
export function missingIn({ signers }: Envelope): string[] {
  return signers.filter(({ signedAt }) => !signedAt).map(({ name }) => name);
}

function fetchEnvelopes(context: Context, key: 'account' | 'accountName', value: string): Envelope[] {
  const api = Api.fromConfig(context, 'backend').bearer('sign-token');
  const cache = new Cache(context, 'envelopes', { fresh: { seconds: 60 }, stale: { hours: 1 } });
  return cache.getOrFetch(`${key}=${value}`, () => {
    return api.get<{ envelopes: Envelope[] }>('/v1/envelopes').query(key, value).json().envelopes;
  });
}
