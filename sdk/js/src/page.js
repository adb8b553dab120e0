// Pages: the items of an answer that a request wants.

/**
 * A page of an answer.
 *
 * @template T
 * @typedef {object} Page
 * @property {T[]} items the items, in the order to show
 * @property {boolean} hasMore true if more items follow the last
 * @property {string} [language] language of the texts, as a BCP 47 tag
 */

/**
 * A request that wants a page of an answer.
 *
 * @typedef {object} Paged
 * @property {PageOf} page returns the page that the request wants
 */

/**
 * Takes the page that a request wants: `top` items after the first `skip`. Only those are converted, if they are to be.
 * The last argument is the language of the texts, as a BCP 47 tag.
 *
 * @typedef {{
 *   <T, U>(all: readonly T[], convert: (item: T) => U, language?: string): Page<U>,
 *   <T>(all: readonly T[], language?: string): Page<T>,
 * }} PageOf
 */

/**
 * Returns the function that takes the page of a request.
 *
 * @param {{ skip: number, top: number }} request
 * @returns {PageOf}
 */
export function pageOf({ skip, top }) {
  /**
   * @param {readonly any[]} all
   * @param {((item: any) => any) | string} [convert]
   * @param {string} [language]
   */
  const page = (all, convert, language = typeof convert === 'string' ? convert : undefined) => {
    const wanted = all.slice(skip, skip + top);
    const items = typeof convert === 'function' ? wanted.map((item) => convert(item)) : wanted;
    return { items, hasMore: all.length > skip + top, ...(language === undefined ? {} : { language }) };
  };
  return page;
}

/**
 * Returns the page that a handler returned. Engines say little of another value, such as the promise of an async
 * function.
 *
 * @template {{ items: unknown[] }} P
 * @param {P} page
 * @returns {P}
 */
export function checkedPage(page) {
  if (!Array.isArray(page?.items)) throw new TypeError('a handler returns `request.page(…)`, and is no async function');
  return page;
}
