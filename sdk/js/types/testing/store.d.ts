/** A store of texts. */
export declare class FakeStore {
    #private;
    /** @param {() => number} now returns milliseconds of the clock */
    constructor(now: () => number);
    /**
     * Returns the value of a key, if it is there and has not expired.
     *
     * @param {string} key
     * @returns {string | undefined}
     */
    get(key: string): string | undefined;
    /**
     * Stores a value for so many seconds, at least 1 and at most a day, as the host does.
     *
     * @param {string} key
     * @param {string} value
     * @param {number} seconds
     */
    set(key: string, value: string, seconds: number): void;
}
