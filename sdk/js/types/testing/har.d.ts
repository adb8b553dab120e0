import type { Reply } from './backends.js';
export type Har = {
    log: {
        entries: {
            request: {
                method: string;
                url: string;
            };
            response: HarResponse;
        }[];
    };
};
export type HarResponse = {
    status: number;
    headers: {
        name: string;
        value: string;
    }[];
    content: {
        text?: string;
        encoding?: string;
    };
};
/**
 * Returns the replies of an HAR file, in their order. A status of 0 stands for no response.
 *
 * @param {object} har
 * @returns {{ target: string, reply: Reply }[]}
 */
export declare function repliesOf(har: object): {
    target: string;
    reply: Reply;
}[];
