import type { ContentLinkRequest } from 'insight:provider/email-draft@1.0.0';
import type { ChatRequest, InputValue } from 'insight:provider/chat@1.0.0';
import type { EmailInsightRequest } from 'insight:provider/email-summary@1.0.0';
import type { CrmRecord } from 'insight:provider/insight-types@1.0.0';
/**
 * Returns a request for the first ten activities, related records or highlights about a record.
 *
 * @template {object} [M={}]
 * @param {string} recordType
 * @param {string} recordId
 * @param {M} [more] such as `{ since: '2026-03-01T00:00:00Z' }` or `{ top: 1 }`
 * @returns {{ about: CrmRecord, top: number, skip: number } & M}
 */
export declare function requestAbout<M extends object = {}>(recordType: string, recordId: string, more?: M): {
    about: CrmRecord;
    top: number;
    skip: number;
} & M;
/**
 * Returns a request for the first ten links for a reply in an email thread about a record.
 *
 * @param {string} recordType
 * @param {string} recordId
 * @param {Partial<ContentLinkRequest>} [more]
 * @returns {ContentLinkRequest}
 */
export declare function draftAbout(recordType: string, recordId: string, more?: Partial<ContentLinkRequest>): ContentLinkRequest;
/**
 * Returns a request for the first ten insights on an email thread about records that it is connected to.
 *
 * @param {CrmRecord[]} records
 * @param {Partial<EmailInsightRequest>} [more]
 * @returns {EmailInsightRequest}
 */
export declare function threadAbout(records: CrmRecord[], more?: Partial<EmailInsightRequest>): EmailInsightRequest;
/**
 * Returns a question to a skill. Texts, numbers and booleans become values of their kind, numbers whole ones if they
 * are.
 *
 * @param {string} skill
 * @param {Record<string, string | number | boolean | InputValue>} [inputs]
 * @returns {ChatRequest}
 */
export declare function question(skill: string, inputs?: Record<string, string | number | boolean | InputValue>): ChatRequest;
