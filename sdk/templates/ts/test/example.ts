// Contexts and records of the tests.

import type { CallContext } from 'insight:provider/insight-types@1.0.0';

export const context: CallContext = {
  activityId: '00000000-0000-4000-8000-000000000000',
  receivedAt: '2026-06-01T08:00:00Z',
  timeLeftMs: 4000,
  languages: ['en'],
  crm: {},
};
export const account = { recordType: 'account', recordId: '42' };
export const unknown = { recordType: 'account', recordId: '43' };
