// A backend that counts, fails once, or answers late. Prints its origin.

import { createServer } from 'node:http';

let count = 0;
let tried = 0;
const shipments = [
  { id: '7', goods: 'The espresso machine', place: 'Genoa', seenAt: '2026-05-30T09:00:00+02:00',
    dueAt: '2026-06-01T00:00:00Z', expectedAt: '2026-06-03T12:00:00Z' },
  { id: '6', goods: 'The grinder', place: 'Seattle', seenAt: '2026-05-02T09:00:00Z', arrived: true,
    dueAt: '2026-05-03T00:00:00Z', expectedAt: '2026-05-02T09:00:00Z' },
];
const replies = {
  '/v1/accounts/42/shipments': () => ({ shipments }),
  '/v1/a%2Fb/visits?q=%C3%A9%26': () => ({ visits: ['one', 'two'] }),
  '/v1/a': () => 'a',
  '/v1/count': () => ++count,
  '/v1/again': () => (tried++ ? 'at last' : undefined),
};

const server = createServer(({ url, headers }, response) => {
  if (url === '/v1/late') return;
  const isKnown = headers.authorization === 'Bearer of the probe' || headers['x-api-key'] === 'of the probe';
  const reply = isKnown ? replies[url] : undefined;
  const value = reply?.();
  response.statusCode = !reply ? 404 : value === undefined ? 503 : 200;
  response.end(value === undefined ? '' : JSON.stringify(value));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
