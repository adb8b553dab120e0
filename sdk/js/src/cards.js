// Cards of answers in the chat.

import { present } from './absent.js';
import { properties } from './items.js';

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
export function card({ title, subtitle, url, urlLabel, logoUrl, text, facts, sections = [] }) {
  const content = present({ logoUrl, text, facts: properties(facts), sections });
  return present({ title, subtitle, url, urlLabel, body: { tag: /** @type {const} */ ('content'), val: content } });
}

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
export function adaptiveCard({ title, subtitle, url, card: content }) {
  const body = { tag: /** @type {const} */ ('adaptive-card'), val: JSON.stringify(content) };
  return present({ title, subtitle, url, body });
}
