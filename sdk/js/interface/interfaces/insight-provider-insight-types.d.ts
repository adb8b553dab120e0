declare module 'insight:provider/insight-types@1.0.0' {
  /**
   * An instant in RFC 3339, such as `2026-05-12T08:30:00Z`.
   * 
   * From the host it is in UTC and to the second, exactly as above, so that
   * instants compare as text. To the host, any offset and fraction will do.
   */
  export type Timestamp = string;
  /**
   * A CRM product.
   */
  export type CrmKind = CrmKindDynamics365 | CrmKindSalesforce | CrmKindOther;
  /**
   * Microsoft Dynamics 365.
   */
  export interface CrmKindDynamics365 {
    tag: 'dynamics365',
  }
  /**
   * Salesforce.
   */
  export interface CrmKindSalesforce {
    tag: 'salesforce',
  }
  /**
   * Another, by the name in the request, in lower case and without blanks.
   */
  export interface CrmKindOther {
    tag: 'other',
    val: string,
  }
  /**
   * A CRM organization. A plugin that is connected to another one fails with
   * `invalid-crm-connection`.
   */
  export interface Crm {
    /**
     * The product (`crmType`).
     */
    kind?: CrmKind,
    /**
     * Host name in lower case, such as `contoso.crm.dynamics.com`
     * (`crmOrgUrl`).
     */
    host?: string,
  }
  /**
   * The seller, by the identifiers of Microsoft Entra.
   */
  export interface Caller {
    /**
     * Tenant (`tid`).
     */
    tenantId: string,
    /**
     * User within the tenant (`oid`).
     */
    userId: string,
    /**
     * Sign-in name (`preferred_username` or `upn`), by which backends know
     * users; if the token carries it and it is granted. It may change, and be
     * given to another user: identify users by their id.
     */
    userName?: string,
  }
  /**
   * What is known of a call besides the question.
   * 
   * Activity id, user agent and trace context go along with every request that
   * the plugin sends by HTTP; the host sees to it.
   */
  export interface CallContext {
    /**
     * Names the request in every log, the agent's included
     * (`x-ms-client-request-id`): 1 to 128 visible ASCII characters.
     */
    activityId: string,
    /**
     * When the request reached the host: the present, for a plugin without a
     * clock.
     */
    receivedAt: Timestamp,
    /**
     * Milliseconds left for this call as it begins: at most 4,000, unless set
     * otherwise, and never more than 4,250. The host ends a call that takes
     * longer.
     */
    timeLeftMs: number,
    /**
     * Languages the seller reads, as BCP 47 tags such as `de-AT`, best first.
     * 1 to 16: the host adds its own where the request names none.
     */
    languages: Array<string>,
    /**
     * The seller's time zone by its IANA name, such as `Europe/Vienna`, if it
     * is known: what "today" is.
     */
    timeZone?: string,
    /**
     * The CRM the seller works with, as far as the request says.
     */
    crm: Crm,
    /**
     * Who asks, if that is known and the plugin is granted to know it.
     */
    caller?: Caller,
    /**
     * The calling software (`x-ms-user-agent`), such as `sales-copilot`: at
     * most 256 visible ASCII characters and blanks.
     */
    userAgent?: string,
    /**
     * W3C trace context.
     */
    traceparent?: string,
  }
  /**
   * A record in the CRM. Both texts are not empty and have at most 4,096
   * characters.
   */
  export interface CrmRecord {
    /**
     * Logical name of its table, in lower case and no seller's language, such
     * as `account`, `opportunity`, `contact` or `lead`. Custom tables occur.
     */
    recordType: string,
    /**
     * Its identifier in the CRM.
     */
    recordId: string,
  }
  /**
   * An email thread. Whatever the agent leaves out is absent or empty. Lists
   * have at most 1,000 entries; addresses and identifiers have at most 4,096
   * characters; subject and bodies are as long as the request may be, 8 MiB
   * together unless set otherwise.
   */
  export interface EmailThread {
    /**
     * Subject line.
     */
    subject?: string,
    /**
     * The whole thread as plain text, earlier messages included.
     */
    textBody?: string,
    /**
     * The whole thread as HTML, earlier messages included.
     */
    htmlBody?: string,
    /**
     * Address of the sender.
     */
    sender?: string,
    /**
     * Addresses of the recipients.
     */
    to: Array<string>,
    /**
     * Addresses of those who receive a copy.
     */
    cc: Array<string>,
    /**
     * Addresses of those who receive a blind copy.
     */
    bcc: Array<string>,
    /**
     * When the message was sent.
     */
    sentAt?: Timestamp,
    /**
     * Identifier of the message in Microsoft Graph.
     */
    messageId?: string,
    /**
     * Identifier of the thread in Microsoft Graph.
     */
    conversationId?: string,
  }
  /**
   * A name and its value.
   */
  export interface Property {
    /**
     * The name.
     */
    name: string,
    /**
     * The value.
     */
    value: string,
  }
  /**
   * Names and values in the order to show: at most 50, with names of up to 256
   * and values of up to 2,048 characters. Of two with the same name the first
   * counts.
   */
  export type Properties = Array<Property>;
  /**
   * Why there is no answer.
   * 
   * Texts reach the host's log, never the seller; the host keeps the first
   * 1 KiB. Anything a plugin does not foresee, it may leave to a panic or an
   * exception: the host survives it.
   */
  export type Failure = FailureRecordNotFound | FailureInvalidCrmConnection | FailureNotPermitted | FailureSignInRequired | FailureUnavailable | FailureThrottled | FailureInvalidRequest | FailureFailed;
  /**
   * The plugin deals with such records but knows none with this identifier.
   * Having nothing to say about a record is an empty page instead.
   */
  export interface FailureRecordNotFound {
    tag: 'record-not-found',
  }
  /**
   * The plugin is connected to another CRM organization.
   */
  export interface FailureInvalidCrmConnection {
    tag: 'invalid-crm-connection',
  }
  /**
   * The seller may not see this.
   */
  export interface FailureNotPermitted {
    tag: 'not-permitted',
  }
  /**
   * The seller has to sign in to the partner's application first, or again
   * (`INVALID_TOKEN_SPECIFIED`).
   */
  export interface FailureSignInRequired {
    tag: 'sign-in-required',
  }
  /**
   * A backend is down or does not answer in time; says which. Not the
   * plugin's fault: the host may answer with what it knew before.
   */
  export interface FailureUnavailable {
    tag: 'unavailable',
    val: string,
  }
  /**
   * A backend wants fewer requests. In how many seconds to try again, if it
   * says. The host passes on 1 to 60.
   */
  export interface FailureThrottled {
    tag: 'throttled',
    val: number | undefined,
  }
  /**
   * The question makes no sense; says why.
   */
  export interface FailureInvalidRequest {
    tag: 'invalid-request',
    val: string,
  }
  /**
   * Anything else; says what.
   */
  export interface FailureFailed {
    tag: 'failed',
    val: string,
  }
}
