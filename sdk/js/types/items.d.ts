import type { Timestamp } from './timestamp.js';
import type { Activity } from 'insight:provider/record-summary@1.0.0';
import type { RelatedRecord } from 'insight:provider/record-details@1.0.0';
import type { Highlight } from 'insight:provider/key-sales-info@1.0.0';
import type { EmailInsight } from 'insight:provider/email-summary@1.0.0';
import type { ContentKind, ContentLink } from 'insight:provider/email-draft@1.0.0';
export type Property = import('insight:provider/insight-types@1.0.0').Property;
export type Details = Record<string, string | undefined>;
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
export declare function properties(details?: Details): Property[];
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
export declare function activity({ title, description, dateTime, url, properties: details }: {
    title: string;
    description: string;
    dateTime: Timestamp | string;
    url?: string | undefined;
    properties?: Details;
}): Activity;
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
export declare function relatedRecord({ properties: details, ...record }: {
    recordId: string;
    recordType: string;
    typeName: string;
    typeNamePlural: string;
    title: string;
    url?: string | undefined;
    properties?: Details;
}): RelatedRecord;
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
export declare function highlight({ description, dateTime, title, url, properties: details }: {
    description: string;
    dateTime?: Timestamp | string | undefined;
    title?: string | undefined;
    url?: string | undefined;
    properties?: Details;
}): Highlight;
/**
 * Returns an insight on an email thread.
 *
 * @param {object} insight
 * @param {string} insight.text the insight, in a sentence or two
 * @param {string | undefined} [insight.title] the partner's name; by default the plugin's title
 * @returns {EmailInsight}
 */
export declare function emailInsight({ text, title }: {
    text: string;
    title?: string | undefined;
}): EmailInsight;
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
export declare function contentLink({ kind, url, title, description, iconUrl, properties: details }: {
    kind: Exclude<ContentKind['tag'], 'other'> | ContentKind;
    url: string;
    title: string;
    description: string;
    iconUrl?: string | undefined;
    properties?: Details;
}): ContentLink;
