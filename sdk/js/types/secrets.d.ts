/**
 * Returns a secret that the plugin is granted to read.
 *
 * @param {string} name
 * @returns {string}
 * @throws {Failed} if it is granted no secret of this name, or one for sending only
 */
export declare function reveal(name: string): string;
