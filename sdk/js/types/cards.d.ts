import type { Details } from './items.js';
import type { Section } from 'insight:provider/chat@1.0.0';
export type Card = import('insight:provider/chat@1.0.0').Card;
/** @import { Details } from './items.js' */
/** @import { Section } from 'insight:provider/chat@1.0.0' */
/** @typedef {import('insight:provider/chat@1.0.0').Card} Card */
/**
 * Returns a card whose content the host lays out.
 *
 * @param {object} card
 * @param {string} card.title title, such as the name of the record
 * @param {string | undefined} [card.subtitle] line below the title
 * @param {string | undefined} [card.url] where the record opens in the partner's application
 * @param {string | undefined} [card.urlLabel] text of the button that opens it
 * @param {string | undefined} [card.logoUrl] address of a logo
 * @param {string | undefined} [card.text] one paragraph, at most 230 characters
 * @param {Details} [card.facts] facts, as a table of names and values
 * @param {Section[]} [card.sections] bullet points under titles
 * @returns {Card}
 */
export declare function card({ title, subtitle, url, urlLabel, logoUrl, text, facts, sections }: {
    title: string;
    subtitle?: string | undefined;
    url?: string | undefined;
    urlLabel?: string | undefined;
    logoUrl?: string | undefined;
    text?: string | undefined;
    facts?: Details;
    sections?: Section[];
}): Card;
/**
 * Returns a card that is an Adaptive Card of version 1.5.
 *
 * @param {object} card
 * @param {string} card.title title, such as the name of the record
 * @param {string | undefined} [card.subtitle] line below the title
 * @param {string | undefined} [card.url] where the record opens in the partner's application
 * @param {object} card.card the Adaptive Card
 * @returns {Card}
 */
export declare function adaptiveCard({ title, subtitle, url, card: content }: {
    title: string;
    subtitle?: string | undefined;
    url?: string | undefined;
    card: object;
}): Card;
