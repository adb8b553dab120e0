// Replies that are recorded in HAR 1.2.

/** @import { Reply } from './backends.js' */

/**
 * The part of an HAR file that is used.
 *
 * @typedef {object} Har
 * @property {{ entries: { request: { method: string, url: string }, response: HarResponse }[] }} log
 */

/**
 * @typedef {object} HarResponse
 * @property {number} status
 * @property {{ name: string, value: string }[]} headers
 * @property {{ text?: string, encoding?: string }} content
 */

/** Headers of a body that HAR has decoded. */
const OF_THE_WIRE = ['content-encoding', 'content-length', 'transfer-encoding'];

/**
 * Returns the replies of an HAR file, in their order. A status of 0 stands for no response.
 *
 * @param {object} har
 * @returns {{ target: string, reply: Reply }[]}
 */
export function repliesOf(har) {
  const { entries } = /** @type {Har} */ (har).log;
  return entries.map(({ request, response }) => ({
    target: `${request.method} ${request.url}`,
    reply: response.status === 0 ? { error: 'unreachable' } : replyOf(response),
  }));
}

/**
 * @param {HarResponse} response
 * @returns {Reply}
 */
function replyOf({ status, headers, content: { text = '', encoding } }) {
  const kept = headers.map(({ name, value }) => /** @type {const} */ ([name.toLowerCase(), value]));
  return {
    status,
    headers: Object.fromEntries(kept.filter(([name]) => !OF_THE_WIRE.includes(name))),
    body: encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text,
  };
}
