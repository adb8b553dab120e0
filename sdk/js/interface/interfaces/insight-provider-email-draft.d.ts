/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/email-draft@1.0.0' {
  /**
   * Answers an email draft.
   */
  export function answer(context: CallContext, request: ContentLinkRequest): ContentLinkPage;
  export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
  export type CrmRecord = import('insight:provider/insight-types@1.0.0').CrmRecord;
  export type EmailThread = import('insight:provider/insight-types@1.0.0').EmailThread;
  export type Failure = import('insight:provider/insight-types@1.0.0').Failure;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  /**
   * A conversation that this interface has no type for.
   */
  export interface RawConversation {
    /**
     * Its kind (`resourceType`), in lower case.
     */
    kind: string,
    /**
     * What the agent says of it (`resourceData`), as a JSON object.
     */
    json: string,
  }
  /**
   * A conversation.
   */
  export type Conversation = ConversationEmail | ConversationOther;
  /**
   * An email thread. Where its own identifiers are absent, those beside the
   * conversation are put.
   */
  export interface ConversationEmail {
    tag: 'email',
    val: EmailThread,
  }
  /**
   * Another kind, such as `teams-chat`, as the agent sends it.
   */
  export interface ConversationOther {
    tag: 'other',
    val: RawConversation,
  }
  /**
   * The question.
   */
  export interface ContentLinkRequest {
    /**
     * The conversation to reply to.
     */
    conversation: Conversation,
    /**
     * Identifier of the message to reply to, as the agent sends it beside a
     * conversation of any kind (`x-ms-message-id`).
     */
    messageId?: string,
    /**
     * Identifier of the conversation, likewise (`x-ms-conversation-id`).
     */
    conversationId?: string,
    /**
     * The CRM record it is about.
     */
    about?: CrmRecord,
    /**
     * What the seller asked for, such as `Make a Proposal`: as long as the
     * request may be.
     */
    prompt?: string,
    /**
     * How many links are wanted at most: 1 to 100. Where the host merges
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
   * What a link leads to (`contentType`).
   */
  export type ContentKind = ContentKindFile | ContentKindWebPage | ContentKindWord | ContentKindPdf | ContentKindPowerpoint | ContentKindExcel | ContentKindOther;
  /**
   * A file of any kind but the following.
   */
  export interface ContentKindFile {
    tag: 'file',
  }
  /**
   * A web page.
   */
  export interface ContentKindWebPage {
    tag: 'web-page',
  }
  /**
   * A Word document.
   */
  export interface ContentKindWord {
    tag: 'word',
  }
  /**
   * A PDF document.
   */
  export interface ContentKindPdf {
    tag: 'pdf',
  }
  /**
   * A PowerPoint presentation.
   */
  export interface ContentKindPowerpoint {
    tag: 'powerpoint',
  }
  /**
   * An Excel workbook.
   */
  export interface ContentKindExcel {
    tag: 'excel',
  }
  /**
   * Another, by the `contentType` that the agent knows: lower-case kebab
   * that begins with `content-`, at most 64 characters.
   */
  export interface ContentKindOther {
    tag: 'other',
    val: string,
  }
  /**
   * A file or page on the web.
   */
  export interface ContentLink {
    /**
     * What it leads to.
     */
    kind: ContentKind,
    /**
     * Where it leads.
     */
    url: string,
    /**
     * Title to show.
     */
    title: string,
    /**
     * Description to show.
     */
    description: string,
    /**
     * Icon to show instead of a general one.
     */
    iconUrl?: string,
    /**
     * Details.
     */
    properties: Properties,
  }
  /**
   * The answer.
   */
  export interface ContentLinkPage {
    /**
     * Links, the best first.
     */
    items: Array<ContentLink>,
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
