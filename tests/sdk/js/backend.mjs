// A backend that counts, fails once, or answers late. Prints its origin.

import { createServer } from 'node:http';

let count = 0;
let tried = 0;
const replies = {
  '/v1/a%2Fb/visits?q=%C3%A9%26': () => ({ visits: ['one', 'two'] }),
  '/v1/a': () => 'a',
  '/v1/count': () => ++count,
  '/v1/again': () => (tried++ ? 'at last' : undefined),
};

const server = createServer(({ url, headers }, response) => {
  if (url === '/v1/late') return;
  const reply = headers.authorization === 'Bearer of the probe' ? replies[url] : undefined;
  const value = reply?.();
  response.statusCode = !reply ? 404 : value === undefined ? 503 : 200;
  response.end(value === undefined ? '' : JSON.stringify(value));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
