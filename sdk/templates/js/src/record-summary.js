// Activities for the summary of a CRM record: its orders.

import { ordersOf, sentence, url } from './orders.js';
import { page } from './page.js';

/** @import { ActivityPage, ActivityRequest, CallContext } from 'insight:provider/record-summary@1.0.0' */

/**
 * @param {CallContext} _context
 * @param {ActivityRequest} request
 * @returns {ActivityPage}
 */
export function answer(_context, request) {
  const [since, until] = [request.since ?? '', request.until ?? '9'];
  const orders = ordersOf(request.about).filter(({ placedAt }) => since <= placedAt && placedAt <= until);
  const activities = orders.map((order) => ({
    title: `Order ${order.number}`,
    description: sentence(order),
    dateTime: order.placedAt,
    url: url(order),
    properties: [{ name: 'Status', value: order.status }],
  }));
  return page(activities, request);
}
