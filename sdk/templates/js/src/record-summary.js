// Activities for the summary of a CRM record: its orders.

import { activity, defineRecordSummary } from '@insight-host/sdk';

import { ordersOf, sentence, url } from './orders.js';

/** @import { Order } from './orders.js' */

export const recordSummary = defineRecordSummary((_context, request) => {
  const orders = ordersOf(request.about).filter(({ placedAt }) => request.covers(placedAt));
  return request.page(orders, toActivity, 'en');
});

/** @param {Order} order */
function toActivity(order) {
  return activity({
    title: `Order ${order.number}`,
    description: sentence(order),
    dateTime: order.placedAt,
    url: url(order),
    properties: { Status: order.status },
  });
}
