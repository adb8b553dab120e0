// Activities of an account; throws or never ends for the records that ask for it.

import { sentences } from './sentences.ts';

interface Context {
  receivedAt: string;
}

interface Request {
  about: { recordType: string; recordId: string };
  top: number;
  skip: number;
}

export const about = {
  describe() {
    return {
      title: 'Probe',
      description: 'Answers what the tests of the toolchains ask, in TypeScript by StarlingMonkey.',
      version: '0.1.0',
      publisher: { name: 'Tailspin Toys' },
      languages: ['en'],
      categories: [],
      properties: [],
    };
  },
};

export const recordSummary = {
  answer(context: Context, request: Request) {
    if (request.about.recordId === 'trap') {
      const none: { name: string } = JSON.parse('{}').none;
      return none.name;
    }
    while (request.about.recordId === 'loop');
    const last = request.about.recordId === 'clock' ? `The clock says ${Date.now()}.` : 'A call is planned.';
    const texts = [...sentences, last];
    const end = request.skip + request.top;
    const items = texts.slice(request.skip, end).map((description) => ({
      title: 'Activity',
      description,
      dateTime: context.receivedAt,
      properties: [],
    }));
    return { items, hasMore: end < texts.length, language: 'en' };
  },
};
