import { Timestamp } from './timestamp.js';
import type { CallContext, Context } from './context.js';
import type { Page, Paged } from './page.js';
import type { Activity, ActivityPage, ActivityRequest } from 'insight:provider/record-summary@1.0.0';
import type { RelatedRecord, RelatedRecordPage, RelatedRecordRequest } from 'insight:provider/record-details@1.0.0';
import type { Highlight, HighlightPage, HighlightRequest } from 'insight:provider/key-sales-info@1.0.0';
import type { EmailInsight, EmailInsightPage, EmailInsightRequest } from 'insight:provider/email-summary@1.0.0';
import type { ContentLink, ContentLinkPage, ContentLinkRequest } from 'insight:provider/email-draft@1.0.0';
import type { Profile } from 'insight:provider/about@1.0.0';
export type Timed = {
    /**
     * returns whether an activity of that time is wanted
     */
    covers: (dateTime: Timestamp | string) => boolean;
};
/** @import { CallContext, Context } from './context.js' */
/** @import { Page, Paged } from './page.js' */
/** @import { Activity, ActivityPage, ActivityRequest } from 'insight:provider/record-summary@1.0.0' */
/** @import { RelatedRecord, RelatedRecordPage, RelatedRecordRequest } from 'insight:provider/record-details@1.0.0' */
/** @import { Highlight, HighlightPage, HighlightRequest } from 'insight:provider/key-sales-info@1.0.0' */
/** @import { EmailInsight, EmailInsightPage, EmailInsightRequest } from 'insight:provider/email-summary@1.0.0' */
/** @import { ContentLink, ContentLinkPage, ContentLinkRequest } from 'insight:provider/email-draft@1.0.0' */
/** @import { Profile } from 'insight:provider/about@1.0.0' */
/**
 * A request for the activities of a time.
 *
 * @typedef {object} Timed
 * @property {(dateTime: Timestamp | string) => boolean} covers returns whether an activity of that time is wanted
 */
/**
 * Answers record summaries: activities around a CRM record, in the order to show.
 *
 * @param {(context: Context, request: ActivityRequest & Paged & Timed) => Page<Activity>} answer
 * @returns {{ answer(context: CallContext, request: ActivityRequest): ActivityPage }}
 *
 * @example
 * export const recordSummary = defineRecordSummary((context, request) => {
 *   const visits = visitsOf(context, request.about).filter(({ at }) => request.covers(at));
 *   return request.page(visits, ({ title, text, at }) => activity({ title, description: text, dateTime: at }), 'en');
 * });
 */
export declare function defineRecordSummary(answer: (context: Context, request: ActivityRequest & Paged & Timed) => Page<Activity>): {
    answer(context: CallContext, request: ActivityRequest): ActivityPage;
};
/**
 * Answers record details: records of the partner's application that relate to a CRM record.
 *
 * @param {(context: Context, request: RelatedRecordRequest & Paged) => Page<RelatedRecord>} answer
 * @returns {{ answer(context: CallContext, request: RelatedRecordRequest): RelatedRecordPage }}
 */
export declare const defineRecordDetails: (answer: (context: Context, request: RelatedRecordRequest & Paged) => Page<RelatedRecord>) => {
    answer(context: CallContext, request: RelatedRecordRequest): RelatedRecordPage;
};
/**
 * Answers key sales info: facts that a seller should know about a CRM record.
 *
 * @param {(context: Context, request: HighlightRequest & Paged) => Page<Highlight>} answer
 * @returns {{ answer(context: CallContext, request: HighlightRequest): HighlightPage }}
 */
export declare const defineKeySalesInfo: (answer: (context: Context, request: HighlightRequest & Paged) => Page<Highlight>) => {
    answer(context: CallContext, request: HighlightRequest): HighlightPage;
};
/**
 * Answers email summaries: insights on an email thread, the most important first.
 *
 * @param {(context: Context, request: EmailInsightRequest & Paged) => Page<EmailInsight>} answer
 * @returns {{ answer(context: CallContext, request: EmailInsightRequest): EmailInsightPage }}
 */
export declare const defineEmailSummary: (answer: (context: Context, request: EmailInsightRequest & Paged) => Page<EmailInsight>) => {
    answer(context: CallContext, request: EmailInsightRequest): EmailInsightPage;
};
/**
 * Answers email drafts: links worth adding to a reply, the best first.
 *
 * @param {(context: Context, request: ContentLinkRequest & Paged) => Page<ContentLink>} answer
 * @returns {{ answer(context: CallContext, request: ContentLinkRequest): ContentLinkPage }}
 */
export declare const defineEmailDraft: (answer: (context: Context, request: ContentLinkRequest & Paged) => Page<ContentLink>) => {
    answer(context: CallContext, request: ContentLinkRequest): ContentLinkPage;
};
/**
 * Describes the plugin to connectors, operators and people.
 *
 * @param {Omit<Profile, 'categories' | 'properties'> & Partial<Profile>} profile
 * @returns {{ describe(): Profile }}
 */
export declare function defineAbout(profile: Omit<Profile, 'categories' | 'properties'> & Partial<Profile>): {
    describe(): Profile;
};
/**
 * Prepares work once for all calls: they find in memory what this leaves there. Of the host, only the log and `config`
 * serve here. An exception says why the plugin cannot work; the host then does not load it.
 *
 * @param {() => void} init
 * @returns {{ init(): void }}
 */
export declare function defineLifecycle(init: () => void): {
    init(): void;
};
