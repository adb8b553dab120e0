// Links worth adding to an email: the pages of the orders that it is about.

import { contentLink, defineEmailDraft } from '@insight-host/sdk';

import { ordersOf, sentence, url, type Order } from './orders.ts';

export const emailDraft = defineEmailDraft((_context, request) => {
  const orders = request.about ? ordersOf(request.about) : [];
  return request.page(orders, toLink, 'en');
});

function toLink(order: Order) {
  return contentLink({
    kind: 'web-page',
    url: url(order),
    title: `Order ${order.number}`,
    description: sentence(order),
  });
}
