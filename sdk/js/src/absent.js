// What is absent: the interface's `none`, which QuickJS gives as `null`, StarlingMonkey as `undefined`, and either takes
// as a property that is not there.

/**
 * Returns an object without the properties whose value is absent.
 *
 * @template {object} T
 * @param {T} object
 * @returns {{ [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
 *   & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }}
 */
export function present(object) {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return /** @type {any} */ (Object.fromEntries(entries));
}

/**
 * Returns a record of the host in which no property is `null`, nor in the records and lists that it holds.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function withoutNulls(value) {
  if (Array.isArray(value)) return /** @type {any} */ (value.map(withoutNulls));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, property]) => property !== null);
  return /** @type {any} */ (Object.fromEntries(entries.map(([name, property]) => [name, withoutNulls(property)])));
}
