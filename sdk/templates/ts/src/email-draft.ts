// Links worth adding to an email: the pages of the orders that it is about.

import type { CallContext, ContentLink, ContentLinkPage, ContentLinkRequest } from 'insight:provider/email-draft@1.0.0';

import { ordersOf, sentence, url } from './orders.ts';
import { page } from './page.ts';

export function answer(_context: CallContext, request: ContentLinkRequest): ContentLinkPage {
  const orders = request.about ? ordersOf(request.about) : [];
  const links = orders.map((order): ContentLink => ({
    kind: { tag: 'web-page' },
    url: url(order),
    title: `Order ${order.number}`,
    description: sentence(order),
    properties: [],
  }));
  return page(links, request);
}
