// Activities for the summary of a CRM record: its orders.

import { activity, defineRecordSummary } from '@insight-host/sdk';

import { ordersOf, sentence, url, type Order } from './orders.ts';

export const recordSummary = defineRecordSummary((_context, request) => {
  const orders = ordersOf(request.about).filter(({ placedAt }) => request.covers(placedAt));
  return request.page(orders, toActivity, 'en');
});

function toActivity(order: Order) {
  return activity({
    title: `Order ${order.number}`,
    description: sentence(order),
    dateTime: order.placedAt,
    url: url(order),
    properties: { Status: order.status },
  });
}
