// Contexts and records of the tests.

export const context = {
  activityId: '00000000-0000-4000-8000-000000000000',
  receivedAt: '2026-06-01T08:00:00Z',
  timeLeftMs: 4000,
  languages: ['en'],
  crm: {},
};
export const account = { recordType: 'account', recordId: '42' };
export const unknown = { recordType: 'account', recordId: '43' };
