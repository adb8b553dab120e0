// Insights for the summary of an email thread: the latest order of each account that it is about.

import type { CallContext, EmailInsightPage, EmailInsightRequest } from 'insight:provider/email-summary@1.0.0';
import type { CrmRecord } from 'insight:provider/insight-types@1.0.0';

import { ordersOf, sentence, type Order } from './orders.ts';
import { page } from './page.ts';

export function answer(_context: CallContext, request: EmailInsightRequest): EmailInsightPage {
  const latest = request.about.flatMap(({ crmRecord }) => latestOf(crmRecord));
  return page(latest.map((order) => ({ text: sentence(order) })), request);
}

/** Returns the latest order. An unknown record does not keep the others from being told of. */
function latestOf(record: CrmRecord): Order[] {
  try {
    return ordersOf(record).slice(0, 1);
  } catch (failure) {
    if (failure instanceof Error) throw failure;
    return [];
  }
}
