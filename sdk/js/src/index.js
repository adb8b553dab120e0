/// <reference path="../interface/everything.d.ts" preserve="true" />
/// <reference path="../files.d.ts" preserve="true" />

// The SDK for plugins of Insight Host. Each module imports what it calls of the host and nothing else, so that a
// bundle, and with it the component, imports only what its plugin uses.

export { Api } from './api.js';
export { ApiRequest } from './api-request.js';
export { Cache } from './cache.js';
export { adaptiveCard, card } from './cards.js';
export { defineChat, optional, required, skill } from './chat.js';
export * as config from './config.js';
export { sum } from './decimal.js';
export {
  defineAbout,
  defineEmailDraft,
  defineEmailSummary,
  defineKeySalesInfo,
  defineLifecycle,
  defineRecordDetails,
  defineRecordSummary,
} from './define.js';
export {
  Failed,
  Failure,
  InvalidCrmConnection,
  InvalidRequest,
  NotPermitted,
  RecordNotFound,
  SignInRequired,
  Throttled,
  Unavailable,
} from './failure.js';
export { activity, contentLink, emailInsight, highlight, properties, relatedRecord } from './items.js';
export { Locale } from './locale.js';
export * as log from './log.js';
export * as secrets from './secrets.js';
export { fill } from './text.js';
export { Timestamp } from './timestamp.js';

/** @typedef {import('./chat.js').Answer} Answer */
/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('./duration.js').Duration} Duration */
/** @typedef {import('./items.js').Details} Details */
/** @typedef {import('insight:provider/about@1.0.0').Profile} Profile */
/** @typedef {import('insight:provider/chat@1.0.0').Card} Card */
/** @typedef {import('insight:provider/chat@1.0.0').Section} Section */
/** @typedef {import('insight:provider/email-draft@1.0.0').ContentLink} ContentLink */
/** @typedef {import('insight:provider/email-draft@1.0.0').ContentLinkRequest} ContentLinkRequest */
/** @typedef {import('insight:provider/email-summary@1.0.0').EmailInsight} EmailInsight */
/** @typedef {import('insight:provider/email-summary@1.0.0').EmailInsightRequest} EmailInsightRequest */
/** @typedef {import('insight:provider/http-client@1.0.0').HttpRequest} HttpRequest */
/** @typedef {import('insight:provider/http-client@1.0.0').HttpResponse} HttpResponse */
/** @typedef {import('insight:provider/insight-types@1.0.0').CallContext} CallContext */
/** @typedef {import('insight:provider/insight-types@1.0.0').Crm} Crm */
/** @typedef {import('insight:provider/insight-types@1.0.0').CrmRecord} CrmRecord */
/** @typedef {import('insight:provider/insight-types@1.0.0').EmailThread} EmailThread */
/** @typedef {import('insight:provider/insight-types@1.0.0').Property} Property */
/** @typedef {import('insight:provider/key-sales-info@1.0.0').Highlight} Highlight */
/** @typedef {import('insight:provider/key-sales-info@1.0.0').HighlightRequest} HighlightRequest */
/** @typedef {import('insight:provider/record-details@1.0.0').RelatedRecord} RelatedRecord */
/** @typedef {import('insight:provider/record-details@1.0.0').RelatedRecordRequest} RelatedRecordRequest */
/** @typedef {import('insight:provider/record-summary@1.0.0').Activity} Activity */
/** @typedef {import('insight:provider/record-summary@1.0.0').ActivityRequest} ActivityRequest */
/**
 * @template T
 * @typedef {import('./page.js').Page<T>} Page
 */
