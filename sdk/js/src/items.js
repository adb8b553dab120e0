// Items of answers. What is absent is left out.

import { present } from './absent.js';

/** @import { Timestamp } from './timestamp.js' */
/** @import { Activity } from 'insight:provider/record-summary@1.0.0' */
/** @import { RelatedRecord } from 'insight:provider/record-details@1.0.0' */
/** @import { Highlight } from 'insight:provider/key-sales-info@1.0.0' */
/** @import { EmailInsight } from 'insight:provider/email-summary@1.0.0' */
/** @import { ContentKind, ContentLink } from 'insight:provider/email-draft@1.0.0' */

/** @typedef {import('insight:provider/insight-types@1.0.0').Property} Property */

/**
 * Details by name, in the order to show. What is absent is left out.
 *
 * @typedef {Record<string, string | undefined>} Details
 */

/**
 * Returns details as the interface has them.
 *
 * @param {Details} [details]
 * @returns {Property[]}
 */
export function properties(details = {}) {
  return Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/**
 * Returns an activity around a record.
 *
 * @param {object} activity
 * @param {string} activity.title title of its citation card
 * @param {string} activity.description what happened, in a sentence or two
 * @param {Timestamp | string} activity.dateTime when it happened
 * @param {string | undefined} [activity.url] where it opens in the partner's application
 * @param {Details} [activity.properties] details
 * @returns {Activity}
 */
export function activity({ title, description, dateTime, url, properties: details }) {
  return present({ title, description, dateTime: String(dateTime), url, properties: properties(details) });
}

/**
 * Returns a record of the partner's application.
 *
 * @param {object} record
 * @param {string} record.recordId its identifier there
 * @param {string} record.recordType system name of its type, such as `contract`
 * @param {string} record.typeName name of its type for the seller, such as `Contract`
 * @param {string} record.typeNamePlural the same in the plural, such as `Contracts`
 * @param {string} record.title its own name
 * @param {string | undefined} [record.url] where it opens in the partner's application
 * @param {Details} [record.properties] details, of which the first two are shown as key fields
 * @returns {RelatedRecord}
 */
export function relatedRecord({ properties: details, ...record }) {
  return present({ ...record, properties: properties(details) });
}

/**
 * Returns a highlight: something a seller should know.
 *
 * @param {object} highlight
 * @param {string} highlight.description the highlight, at most 130 characters
 * @param {Timestamp | string | undefined} [highlight.dateTime] when it happened
 * @param {string | undefined} [highlight.title] the partner's name; by default the plugin's title
 * @param {string | undefined} [highlight.url] where to learn more
 * @param {Details} [highlight.properties] details
 * @returns {Highlight}
 */
export function highlight({ description, dateTime, title, url, properties: details }) {
  return present({ title, description, dateTime: dateTime?.toString(), url, properties: properties(details) });
}

/**
 * Returns an insight on an email thread.
 *
 * @param {object} insight
 * @param {string} insight.text the insight, in a sentence or two
 * @param {string | undefined} [insight.title] the partner's name; by default the plugin's title
 * @returns {EmailInsight}
 */
export function emailInsight({ text, title }) {
  return present({ title, text });
}

/**
 * Returns a link to a file or page on the web.
 *
 * @param {object} link
 * @param {Exclude<ContentKind['tag'], 'other'> | ContentKind} link.kind what it leads to
 * @param {string} link.url where it leads
 * @param {string} link.title title to show
 * @param {string} link.description description to show
 * @param {string | undefined} [link.iconUrl] icon to show instead of a general one
 * @param {Details} [link.properties] details
 * @returns {ContentLink}
 */
export function contentLink({ kind, url, title, description, iconUrl, properties: details }) {
  const tagged = typeof kind === 'string' ? { tag: kind } : kind;
  return present({ kind: tagged, url, title, description, iconUrl, properties: properties(details) });
}
