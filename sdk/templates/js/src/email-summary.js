// Insights for the summary of an email thread: the latest order of each account that it is about.

import { ordersOf, sentence } from './orders.js';
import { page } from './page.js';

/** @import { CallContext, EmailInsightPage, EmailInsightRequest } from 'insight:provider/email-summary@1.0.0' */
/** @import { CrmRecord } from 'insight:provider/insight-types@1.0.0' */

/**
 * @param {CallContext} _context
 * @param {EmailInsightRequest} request
 * @returns {EmailInsightPage}
 */
export function answer(_context, request) {
  const latest = request.about.flatMap(({ crmRecord }) => latestOf(crmRecord));
  return page(latest.map((order) => ({ text: sentence(order) })), request);
}

/**
 * Returns the latest order. An unknown record does not keep the others from being told of.
 * @param {CrmRecord} record
 */
function latestOf(record) {
  try {
    return ordersOf(record).slice(0, 1);
  } catch (failure) {
    if (failure instanceof Error) throw failure;
    return [];
  }
}
