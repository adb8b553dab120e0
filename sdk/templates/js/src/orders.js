// The orders that the plugin tells of. Replace them by calls to your backend:
//
//   const api = Api.fromConfig(context, 'backend').bearer('backend-token');
//   return api.get`/v1/accounts/${recordId}/orders`.json();

import { RecordNotFound } from '@insight-host/sdk';

/** @import { CrmRecord } from '@insight-host/sdk' */

/**
 * An order of an account.
 * @typedef {{ number: number, placedAt: string, status: string }} Order
 */

const ACCOUNT_ID = '42';
const ACCOUNT_NAME = 'Fourth Coffee';

/**
 * The latest first.
 * @type {Order[]}
 */
const ORDERS = [
  { number: 1003, placedAt: '2026-05-12T08:30:00Z', status: 'on its way' },
  { number: 1002, placedAt: '2026-03-02T15:00:00Z', status: 'delivered' },
  { number: 1001, placedAt: '2025-11-20T10:15:00Z', status: 'delivered' },
];

/**
 * Returns the orders of an account; none for records that are no accounts.
 * @param {CrmRecord} record
 */
export function ordersOf({ recordType, recordId }) {
  if (recordType !== 'account') return [];
  if (recordId !== ACCOUNT_ID) throw new RecordNotFound();
  return ORDERS;
}

/**
 * Returns the orders of the account of this name, if there is one.
 * @param {string} name
 */
export function ordersByName(name) {
  return name.toLowerCase() === ACCOUNT_NAME.toLowerCase() ? ORDERS : [];
}

/** @param {Order} order */
export function sentence({ number, placedAt, status }) {
  return `Order ${number} of ${placedAt.slice(0, 10)} is ${status}.`;
}

/** @param {Order} order */
export function url({ number }) {
  return `https://contoso.example/orders/${number}`;
}
