// Questions in the chat: where the orders of an account stand.

import { ordersByName, sentence, url } from './orders.js';

/** @import { CallContext, Card, ChatAnswer, ChatRequest, Skill } from 'insight:provider/chat@1.0.0' */

/** @returns {Skill[]} */
export function skills() {
  return [
    {
      name: 'orders',
      title: 'Chat about orders',
      description: 'Finds the latest orders of an account and where they stand.',
      parameters: [
        {
          name: 'accountName',
          description: 'Name of the account, such as Fourth Coffee',
          kind: 'text',
          required: true,
          choices: [],
        },
      ],
    },
  ];
}

/**
 * @param {CallContext} _context
 * @param {ChatRequest} request
 * @returns {ChatAnswer}
 */
export function answer(_context, { inputs }) {
  const account = inputs.find(({ name }) => name === 'accountName')?.value;
  const orders = account?.tag === 'text' ? ordersByName(account.val) : [];
  /** @type {Card[]} */
  const cards = orders.map((order) => ({
    title: `Order ${order.number}`,
    url: url(order),
    body: {
      tag: 'content',
      val: { text: sentence(order), facts: [{ name: 'Status', value: order.status }], sections: [] },
    },
  }));
  return { cards, language: 'en' };
}
