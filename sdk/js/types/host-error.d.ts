/**
 * Calls a function of the host, and returns its result or its error.
 *
 * @template T
 * @param {() => T} call
 * @returns {{ value: T } | { error: { tag: string, val?: string } }}
 */
export declare function attempt<T>(call: () => T): {
    value: T;
} | {
    error: {
        tag: string;
        val?: string;
    };
};
/**
 * Returns the text of an error of the host.
 *
 * @param {{ tag: string, val?: string }} error
 * @returns {string}
 */
export declare function textOf({ tag, val }: {
    tag: string;
    val?: string;
}): string;
