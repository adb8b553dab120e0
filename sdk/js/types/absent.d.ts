/**
 * Returns an object without the properties whose value is absent.
 *
 * @template {object} T
 * @param {T} object
 * @returns {{ [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
 *   & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }}
 */
export declare function present<T extends object>(object: T): { [K in keyof T as undefined extends T[K] ? never : K]: T[K]; } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>; };
/**
 * Returns a record of the host in which no property is `null`, nor in the records and lists that it holds.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export declare function withoutNulls<T>(value: T): T;
