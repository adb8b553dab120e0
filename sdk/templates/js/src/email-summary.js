// Insights for the summary of an email thread: the latest order of each account that it is about.

import { defineEmailSummary, emailInsight, RecordNotFound } from '@insight-host/sdk';

import { ordersOf, sentence } from './orders.js';

/** @import { CrmRecord } from '@insight-host/sdk' */

export const emailSummary = defineEmailSummary((_context, request) => {
  const latest = request.about.flatMap(({ crmRecord }) => latestOf(crmRecord));
  return request.page(latest, (order) => emailInsight({ text: sentence(order) }), 'en');
});

/**
 * Returns the latest order. An unknown record does not keep the others from being told of.
 *
 * @param {CrmRecord} record
 */
function latestOf(record) {
  try {
    return ordersOf(record).slice(0, 1);
  } catch (failure) {
    if (failure instanceof RecordNotFound) return [];
    throw failure;
  }
}
