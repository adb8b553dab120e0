// Records that relate to a CRM record: its orders.

import type { CallContext, RelatedRecordPage, RelatedRecordRequest } from 'insight:provider/record-details@1.0.0';

import { ordersOf, url } from './orders.ts';
import { page } from './page.ts';

export function answer(_context: CallContext, request: RelatedRecordRequest): RelatedRecordPage {
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
