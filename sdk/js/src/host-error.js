// Errors of the host's functions, which engines throw as exceptions that hold them.

/**
 * Calls a function of the host, and returns its result or its error.
 *
 * @template T
 * @param {() => T} call
 * @returns {{ value: T } | { error: { tag: string, val?: string } }}
 */
export function attempt(call) {
  try {
    return { value: call() };
  } catch (thrown) {
    const error = thrown instanceof Error && 'payload' in thrown ? thrown.payload : thrown;
    if (typeof error === 'object' && error !== null && 'tag' in error) {
      return { error: /** @type {{ tag: string, val?: string }} */ (error) };
    }
    throw thrown;
  }
}

/**
 * Returns the text of an error of the host.
 *
 * @param {{ tag: string, val?: string }} error
 * @returns {string}
 */
export function textOf({ tag, val }) {
  return val === undefined ? tag : `${tag}: ${val}`;
}
