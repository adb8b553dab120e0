// Requests for tests.

/** @import { ContentLinkRequest } from 'insight:provider/email-draft@1.0.0' */
/** @import { ChatRequest, InputValue } from 'insight:provider/chat@1.0.0' */
/** @import { EmailInsightRequest } from 'insight:provider/email-summary@1.0.0' */
/** @import { CrmRecord } from 'insight:provider/insight-types@1.0.0' */

const TOP = 10;

/**
 * Returns a request for the first ten activities, related records or highlights about a record.
 *
 * @template {object} [M={}]
 * @param {string} recordType
 * @param {string} recordId
 * @param {M} [more] such as `{ since: '2026-03-01T00:00:00Z' }` or `{ top: 1 }`
 * @returns {{ about: CrmRecord, top: number, skip: number } & M}
 */
export function requestAbout(recordType, recordId, more) {
  return /** @type {any} */ ({ about: { recordType, recordId }, top: TOP, skip: 0, ...more });
}

/**
 * Returns a request for the first ten links for a reply in an email thread about a record.
 *
 * @param {string} recordType
 * @param {string} recordId
 * @param {Partial<ContentLinkRequest>} [more]
 * @returns {ContentLinkRequest}
 */
export function draftAbout(recordType, recordId, more = {}) {
  const conversation = { tag: /** @type {const} */ ('email'), val: { to: [], cc: [], bcc: [] } };
  return { conversation, about: { recordType, recordId }, top: TOP, skip: 0, ...more };
}

/**
 * Returns a request for the first ten insights on an email thread about records that it is connected to.
 *
 * @param {CrmRecord[]} records
 * @param {Partial<EmailInsightRequest>} [more]
 * @returns {EmailInsightRequest}
 */
export function threadAbout(records, more = {}) {
  const about = records.map((crmRecord) => ({ crmRecord, connected: true }));
  return { participants: [], about, top: TOP, skip: 0, ...more };
}

/**
 * Returns a question to a skill. Texts, numbers and booleans become values of their kind, numbers whole ones if they
 * are.
 *
 * @param {string} skill
 * @param {Record<string, string | number | boolean | InputValue>} [inputs]
 * @returns {ChatRequest}
 */
export function question(skill, inputs = {}) {
  return { skill, inputs: Object.entries(inputs).map(([name, value]) => ({ name, value: inputOf(value) })) };
}

/**
 * @param {string | number | boolean | InputValue} value
 * @returns {InputValue}
 */
function inputOf(value) {
  if (typeof value === 'string') return { tag: 'text', val: value };
  if (typeof value === 'boolean') return { tag: 'boolean', val: value };
  if (typeof value === 'number') return { tag: Number.isInteger(value) ? 'integer' : 'number', val: value };
  return value;
}
