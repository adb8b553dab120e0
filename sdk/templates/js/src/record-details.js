// Records that relate to a CRM record: its orders.

import { ordersOf, url } from './orders.js';
import { page } from './page.js';

/** @import { CallContext, RelatedRecordPage, RelatedRecordRequest } from 'insight:provider/record-details@1.0.0' */

/**
 * @param {CallContext} _context
 * @param {RelatedRecordRequest} request
 * @returns {RelatedRecordPage}
 */
export function answer(_context, request) {
  const records = ordersOf(request.about).map((order) => ({
    recordId: String(order.number),
    recordType: 'order',
    typeName: 'Order',
    typeNamePlural: 'Orders',
    title: `Order ${order.number}`,
    url: url(order),
    properties: [
      { name: 'Status', value: order.status },
      { name: 'Placed', value: order.placedAt.slice(0, 10) },
    ],
  }));
  return page(records, request);
}
