/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/key-sales-info@1.0.0' {
  /**
   * Answers key sales info.
   */
  export function answer(context: CallContext, request: HighlightRequest): HighlightPage;
  export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
  export type CrmRecord = import('insight:provider/insight-types@1.0.0').CrmRecord;
  export type Failure = import('insight:provider/insight-types@1.0.0').Failure;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  export type Timestamp = import('insight:provider/insight-types@1.0.0').Timestamp;
  /**
   * The question.
   */
  export interface HighlightRequest {
    /**
     * The record being looked at.
     */
    about: CrmRecord,
    /**
     * How many highlights are wanted at most: 1 to 100. Where the
     * host merges the answers of several plugins, it asks each for all up to
     * the end of the page: up to 10,100, with a `skip` of 0.
     */
    top: number,
    /**
     * How many to leave out before the first: 0 to 10,000.
     */
    skip: number,
  }
  /**
   * Something a seller should know.
   */
  export interface Highlight {
    /**
     * The partner's name and nothing else, at most 20 characters. If none, the
     * host puts the plugin's title.
     */
    title?: string,
    /**
     * The highlight, at most 130 characters.
     */
    description: string,
    /**
     * When it happened.
     */
    dateTime?: Timestamp,
    /**
     * Where to learn more in the partner's application.
     */
    url?: string,
    /**
     * Details to show when the seller selects it.
     */
    properties: Properties,
  }
  /**
   * The answer.
   */
  export interface HighlightPage {
    /**
     * Highlights in the order to show.
     */
    items: Array<Highlight>,
    /**
     * Whether there are more behind the last.
     */
    hasMore: boolean,
    /**
     * Language of the texts, as a BCP 47 tag.
     */
    language?: string,
  }
}
