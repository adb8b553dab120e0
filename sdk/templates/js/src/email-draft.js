// Links worth adding to an email: the pages of the orders that it is about.

import { contentLink, defineEmailDraft } from '@insight-host/sdk';

import { ordersOf, sentence, url } from './orders.js';

/** @import { Order } from './orders.js' */

export const emailDraft = defineEmailDraft((_context, request) => {
  const orders = request.about ? ordersOf(request.about) : [];
  return request.page(orders, toLink, 'en');
});

/** @param {Order} order */
function toLink(order) {
  return contentLink({
    kind: 'web-page',
    url: url(order),
    title: `Order ${order.number}`,
    description: sentence(order),
  });
}
