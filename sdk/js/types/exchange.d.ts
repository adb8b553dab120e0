import type { Context } from './context.js';
import type { HttpError, HttpRequest, HttpResponse } from 'insight:provider/http-client@1.0.0';
export type Outcome = {
    tag: 'ok';
    val: HttpResponse;
} | {
    tag: 'err';
    val: HttpError;
};
/**
 * Sends requests side by side, those that can be repeated once more if need be, and returns what became of each.
 *
 * @param {Pick<Context, 'timeLeft'>} context
 * @param {readonly HttpRequest[]} requests
 * @returns {Outcome[]}
 */
export declare function exchange(context: Pick<Context, 'timeLeft'>, requests: readonly HttpRequest[]): Outcome[];
/**
 * Returns the first header of a name in lower case.
 *
 * @param {HttpResponse} response
 * @param {string} name
 * @returns {string | undefined}
 */
export declare function headerOf({ headers }: HttpResponse, name: string): string | undefined;
