/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/record-summary@1.0.0' {
  /**
   * Answers a record summary.
   */
  export function answer(context: CallContext, request: ActivityRequest): ActivityPage;
  export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
  export type CrmRecord = import('insight:provider/insight-types@1.0.0').CrmRecord;
  export type Failure = import('insight:provider/insight-types@1.0.0').Failure;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  export type Timestamp = import('insight:provider/insight-types@1.0.0').Timestamp;
  /**
   * The question.
   */
  export interface ActivityRequest {
    /**
     * The record being summarized.
     */
    about: CrmRecord,
    /**
     * Earliest activity wanted.
     */
    since?: Timestamp,
    /**
     * Latest activity wanted.
     */
    until?: Timestamp,
    /**
     * How many activities are wanted at most: 1 to 100. Where the
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
   * Something that happened around the record.
   */
  export interface Activity {
    /**
     * Title of its citation card, such as `Contract signed`.
     */
    title: string,
    /**
     * What happened, in a sentence or two.
     */
    description: string,
    /**
     * When it happened. With a malformed time the activity is left out.
     */
    dateTime: Timestamp,
    /**
     * Where it opens in the partner's application.
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
  export interface ActivityPage {
    /**
     * Activities in the order to show.
     */
    items: Array<Activity>,
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
