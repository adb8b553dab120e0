// Key sales info of a CRM record: where its orders stand.

import type { CallContext, HighlightPage, HighlightRequest } from 'insight:provider/key-sales-info@1.0.0';

import { ordersOf, sentence, url } from './orders.ts';
import { page } from './page.ts';

export function answer(_context: CallContext, request: HighlightRequest): HighlightPage {
  const highlights = ordersOf(request.about).map((order) => ({
    description: sentence(order),
    dateTime: order.placedAt,
    url: url(order),
    properties: [],
  }));
  return page(highlights, request);
}
