// Definitions of what a plugin exports, one function for each interface. They give a handler the call's time and the
// page of a request, and give the host the functions that the interface has.

import { withoutNulls } from './absent.js';
import { contextOf } from './context.js';
import { checkedPage, pageOf } from './page.js';
import { Timestamp } from './timestamp.js';

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
export function defineRecordSummary(answer) {
  return paged((context, request) => answer(context, { ...request, covers: coversOf(request) }));
}

/**
 * Answers record details: records of the partner's application that relate to a CRM record.
 *
 * @param {(context: Context, request: RelatedRecordRequest & Paged) => Page<RelatedRecord>} answer
 * @returns {{ answer(context: CallContext, request: RelatedRecordRequest): RelatedRecordPage }}
 */
export const defineRecordDetails = (answer) => paged(answer);

/**
 * Answers key sales info: facts that a seller should know about a CRM record.
 *
 * @param {(context: Context, request: HighlightRequest & Paged) => Page<Highlight>} answer
 * @returns {{ answer(context: CallContext, request: HighlightRequest): HighlightPage }}
 */
export const defineKeySalesInfo = (answer) => paged(answer);

/**
 * Answers email summaries: insights on an email thread, the most important first.
 *
 * @param {(context: Context, request: EmailInsightRequest & Paged) => Page<EmailInsight>} answer
 * @returns {{ answer(context: CallContext, request: EmailInsightRequest): EmailInsightPage }}
 */
export const defineEmailSummary = (answer) => paged(answer);

/**
 * Answers email drafts: links worth adding to a reply, the best first.
 *
 * @param {(context: Context, request: ContentLinkRequest & Paged) => Page<ContentLink>} answer
 * @returns {{ answer(context: CallContext, request: ContentLinkRequest): ContentLinkPage }}
 */
export const defineEmailDraft = (answer) => paged(answer);

/**
 * Describes the plugin to connectors, operators and people.
 *
 * @param {Omit<Profile, 'categories' | 'properties'> & Partial<Profile>} profile
 * @returns {{ describe(): Profile }}
 */
export function defineAbout(profile) {
  return { describe: () => ({ categories: [], properties: [], ...profile }) };
}

/**
 * Prepares work once for all calls: they find in memory what this leaves there. Of the host, only the log and `config`
 * serve here. An exception says why the plugin cannot work; the host then does not load it.
 *
 * @param {() => void} init
 * @returns {{ init(): void }}
 */
export function defineLifecycle(init) {
  return {
    init() {
      try {
        init();
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        throw Object.assign(new Error(reason), { payload: reason });
      }
    },
  };
}

/**
 * @template {{ skip: number, top: number }} R
 * @template {{ items: unknown[] }} A
 * @param {(context: Context, request: R & Paged) => A} answer
 * @returns {{ answer(context: CallContext, request: R): A }}
 */
function paged(answer) {
  return {
    answer(context, question) {
      const request = withoutNulls(question);
      return checkedPage(answer(contextOf(context), { ...request, page: pageOf(request) }));
    },
  };
}

/**
 * @param {ActivityRequest} request
 * @returns {Timed['covers']}
 */
function coversOf({ since, until }) {
  const [first, last] = [since, until].map((bound) => (bound === undefined ? undefined : Timestamp.parse(bound)));
  return (dateTime) => {
    const at = typeof dateTime === 'string' ? Timestamp.parse(dateTime) : dateTime;
    return (!first || first <= at) && (!last || at <= last);
  };
}
