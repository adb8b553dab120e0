/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/record-details@1.0.0' {
  /**
   * Answers record details.
   */
  export function answer(context: CallContext, request: RelatedRecordRequest): RelatedRecordPage;
  export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
  export type CrmRecord = import('insight:provider/insight-types@1.0.0').CrmRecord;
  export type Failure = import('insight:provider/insight-types@1.0.0').Failure;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  /**
   * The question.
   */
  export interface RelatedRecordRequest {
    /**
     * The record being looked at.
     */
    about: CrmRecord,
    /**
     * How many related records are wanted at most: 1 to 100. Where the
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
   * A record of the partner's application.
   */
  export interface RelatedRecord {
    /**
     * Its identifier there.
     */
    recordId: string,
    /**
     * System name of its type, such as `contract`.
     */
    recordType: string,
    /**
     * Name of its type for the seller, such as `Contract`.
     */
    typeName: string,
    /**
     * The same in the plural, such as `Contracts`.
     */
    typeNamePlural: string,
    /**
     * Its own name, such as `Contoso 2026 Renewal`.
     */
    title: string,
    /**
     * Where it opens in the partner's application.
     */
    url?: string,
    /**
     * Details. The first two are shown as key fields.
     */
    properties: Properties,
  }
  /**
   * The answer.
   */
  export interface RelatedRecordPage {
    /**
     * Related records in the order to show.
     */
    items: Array<RelatedRecord>,
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
