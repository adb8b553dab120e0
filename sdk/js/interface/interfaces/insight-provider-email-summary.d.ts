/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/email-summary@1.0.0' {
  /**
   * Answers an email summary.
   */
  export function answer(context: CallContext, request: EmailInsightRequest): EmailInsightPage;
  export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
  export type CrmRecord = import('insight:provider/insight-types@1.0.0').CrmRecord;
  export type EmailThread = import('insight:provider/insight-types@1.0.0').EmailThread;
  export type Failure = import('insight:provider/insight-types@1.0.0').Failure;
  /**
   * A CRM record that an email thread is about.
   */
  export interface ThreadRecord {
    /**
     * The record.
     */
    crmRecord: CrmRecord,
    /**
     * Whether the seller has connected the thread to it, rather than the agent
     * having guessed.
     */
    connected: boolean,
  }
  /**
   * The question.
   */
  export interface EmailInsightRequest {
    /**
     * Addresses of all who take part, each once. Where the agent gives none,
     * the host gathers them from the thread.
     */
    participants: Array<string>,
    /**
     * CRM records the thread is about.
     */
    about: Array<ThreadRecord>,
    /**
     * The thread. Absent in the first version.
     */
    thread?: EmailThread,
    /**
     * How many insights are wanted at most: 1 to 100. Where the host merges
     * the answers of several plugins, it asks each for all up to the end of
     * the page: up to 10,100, with a `skip` of 0.
     */
    top: number,
    /**
     * How many to leave out before the first: 0 to 10,000.
     */
    skip: number,
  }
  /**
   * Something to add to the summary.
   */
  export interface EmailInsight {
    /**
     * The partner's name and nothing else, at most 20 characters. If none, the
     * host puts the plugin's title. The second version does not show it.
     */
    title?: string,
    /**
     * The insight, in a sentence or two.
     */
    text: string,
  }
  /**
   * The answer.
   */
  export interface EmailInsightPage {
    /**
     * Insights, the most important first.
     */
    items: Array<EmailInsight>,
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
