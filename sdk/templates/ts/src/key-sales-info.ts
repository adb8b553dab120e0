// Key sales info of a CRM record: where its orders stand.

import { defineKeySalesInfo, highlight } from '@insight-host/sdk';

import { ordersOf, sentence, url, type Order } from './orders.ts';

export const keySalesInfo = defineKeySalesInfo((_context, request) => {
  return request.page(ordersOf(request.about), toHighlight, 'en');
});

function toHighlight(order: Order) {
  return highlight({ description: sentence(order), dateTime: order.placedAt, url: url(order) });
}
