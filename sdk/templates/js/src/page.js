// The page of an answer that a request wants.

/**
 * @template T
 * @param {T[]} all
 * @param {{ skip: number, top: number }} request
 */
export function page(all, { skip, top }) {
  return { items: all.slice(skip, skip + top), hasMore: all.length > skip + top, language: 'en' };
}
