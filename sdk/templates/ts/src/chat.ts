// Questions in the chat: where the orders of an account stand.

import type { CallContext, Card, ChatAnswer, ChatRequest, Skill } from 'insight:provider/chat@1.0.0';

import { ordersByName, sentence, url } from './orders.ts';

export function skills(): Skill[] {
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

export function answer(_context: CallContext, { inputs }: ChatRequest): ChatAnswer {
  const account = inputs.find(({ name }) => name === 'accountName')?.value;
  const orders = account?.tag === 'text' ? ordersByName(account.val) : [];
  const cards = orders.map((order): Card => ({
    title: `Order ${order.number}`,
    url: url(order),
    body: {
      tag: 'content',
      val: { text: sentence(order), facts: [{ name: 'Status', value: order.status }], sections: [] },
    },
  }));
  return { cards, language: 'en' };
}
