/** Returns the page of an answer that a request wants. */
export function page<T>(all: T[], { skip, top }: { skip: number; top: number }) {
  return { items: all.slice(skip, skip + top), hasMore: all.length > skip + top, language: 'en' };
}
