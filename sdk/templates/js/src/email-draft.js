// Links worth adding to an email: the pages of the orders that it is about.

import { ordersOf, sentence, url } from './orders.js';
import { page } from './page.js';

/** @import { CallContext, ContentLink } from 'insight:provider/email-draft@1.0.0' */
/** @import { ContentLinkPage, ContentLinkRequest } from 'insight:provider/email-draft@1.0.0' */

/**
 * @param {CallContext} _context
 * @param {ContentLinkRequest} request
 * @returns {ContentLinkPage}
 */
export function answer(_context, request) {
  const orders = request.about ? ordersOf(request.about) : [];
  /** @type {ContentLink[]} */
  const links = orders.map((order) => ({
    kind: { tag: 'web-page' },
    url: url(order),
    title: `Order ${order.number}`,
    description: sentence(order),
    properties: [],
  }));
  return page(links, request);
}
