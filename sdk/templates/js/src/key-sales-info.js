// Key sales info of a CRM record: where its orders stand.

import { defineKeySalesInfo, highlight } from '@insight-host/sdk';

import { ordersOf, sentence, url } from './orders.js';

/** @import { Order } from './orders.js' */

export const keySalesInfo = defineKeySalesInfo((_context, request) => {
  return request.page(ordersOf(request.about), toHighlight, 'en');
});

/** @param {Order} order */
function toHighlight(order) {
  return highlight({ description: sentence(order), dateTime: order.placedAt, url: url(order) });
}
