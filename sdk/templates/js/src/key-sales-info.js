// Key sales info of a CRM record: where its orders stand.

import { ordersOf, sentence, url } from './orders.js';
import { page } from './page.js';

/** @import { CallContext, HighlightPage, HighlightRequest } from 'insight:provider/key-sales-info@1.0.0' */

/**
 * @param {CallContext} _context
 * @param {HighlightRequest} request
 * @returns {HighlightPage}
 */
export function answer(_context, request) {
  const highlights = ordersOf(request.about).map((order) => ({
    description: sentence(order),
    dateTime: order.placedAt,
    url: url(order),
    properties: [],
  }));
  return page(highlights, request);
}
