// The plugin's secrets, for plugins that compute with them, such as those that sign what they send. `Api` sends secrets
// without seeing them.

import { revealSecret } from '#host/secrets';

import { Failed } from './failure.js';
import { attempt, textOf } from './host-error.js';

/**
 * Returns a secret that the plugin is granted to read.
 *
 * @param {string} name
 * @returns {string}
 * @throws {Failed} if it is granted no secret of this name, or one for sending only
 */
export function reveal(name) {
  const outcome = attempt(() => revealSecret(name));
  if ('error' in outcome) throw new Failed(`the secret \`${name}\` cannot be read: ${textOf(outcome.error)}`);
  return outcome.value;
}
