export type Decimal = {
    isNegative: boolean;
    /**
     * digits before the point
     */
    whole: string;
    /**
     * digits after it, as many as were wanted
     */
    fraction: string;
};
/**
 * Rounds a number to so many digits after the point; a half goes to the even neighbour.
 *
 * @param {number | string} value a decimal text is exact
 * @param {number} digits
 * @param {number} [shift] places by which the point moves to the right before
 * @returns {Decimal}
 */
export declare function rounded(value: number | string, digits: number, shift?: number): Decimal;
/**
 * Adds decimal numbers, such as amounts of money, without the error of binary fractions.
 *
 * @param {readonly (number | string)[]} values
 * @returns {string} decimal text, with as many digits after the point as the value that has most
 */
export declare function sum(values: readonly (number | string)[]): string;
