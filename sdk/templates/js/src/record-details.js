// Records that relate to a CRM record: its orders.

import { defineRecordDetails, relatedRecord } from '@insight-host/sdk';

import { ordersOf, url } from './orders.js';

/** @import { Order } from './orders.js' */

export const recordDetails = defineRecordDetails((_context, request) => {
  return request.page(ordersOf(request.about), toRelatedRecord, 'en');
});

/** @param {Order} order */
function toRelatedRecord(order) {
  return relatedRecord({
    recordId: String(order.number),
    recordType: 'order',
    typeName: 'Order',
    typeNamePlural: 'Orders',
    title: `Order ${order.number}`,
    url: url(order),
    properties: { Status: order.status, Placed: order.placedAt.slice(0, 10) },
  });
}
