// Questions in the chat: where the orders of an account stand.

import { card, defineChat, required, skill } from '@insight-host/sdk';

import { ordersByName, sentence, url, type Order } from './orders.ts';

const orders = skill({
  title: 'Chat about orders',
  description: 'Finds the latest orders of an account and where they stand.',
  parameters: { accountName: required.text('Name of the account, such as Fourth Coffee') },
  answer: (_context, { accountName }) => ({ cards: ordersByName(accountName).map(toCard), language: 'en' }),
});

export const chat = defineChat({ orders });

function toCard(order: Order) {
  return card({
    title: `Order ${order.number}`,
    url: url(order),
    text: sentence(order),
    facts: { Status: order.status },
  });
}
