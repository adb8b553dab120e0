/// <reference path="./interfaces/insight-provider-about.d.ts" />
/// <reference path="./interfaces/insight-provider-chat.d.ts" />
/// <reference path="./interfaces/insight-provider-config.d.ts" />
/// <reference path="./interfaces/insight-provider-email-draft.d.ts" />
/// <reference path="./interfaces/insight-provider-email-summary.d.ts" />
/// <reference path="./interfaces/insight-provider-http-client.d.ts" />
/// <reference path="./interfaces/insight-provider-insight-types.d.ts" />
/// <reference path="./interfaces/insight-provider-key-sales-info.d.ts" />
/// <reference path="./interfaces/insight-provider-key-value.d.ts" />
/// <reference path="./interfaces/insight-provider-lifecycle.d.ts" />
/// <reference path="./interfaces/insight-provider-log.d.ts" />
/// <reference path="./interfaces/insight-provider-record-details.d.ts" />
/// <reference path="./interfaces/insight-provider-record-summary.d.ts" />
/// <reference path="./interfaces/insight-provider-secrets.d.ts" />
declare module 'insight:provider/everything@1.0.0' {
  export type * as InsightProviderConfig100 from 'insight:provider/config@1.0.0'; // import insight:provider/config@1.0.0
  export type * as InsightProviderHttpClient100 from 'insight:provider/http-client@1.0.0'; // import insight:provider/http-client@1.0.0
  export type * as InsightProviderInsightTypes100 from 'insight:provider/insight-types@1.0.0'; // import insight:provider/insight-types@1.0.0
  export type * as InsightProviderKeyValue100 from 'insight:provider/key-value@1.0.0'; // import insight:provider/key-value@1.0.0
  export type * as InsightProviderLog100 from 'insight:provider/log@1.0.0'; // import insight:provider/log@1.0.0
  export type * as InsightProviderSecrets100 from 'insight:provider/secrets@1.0.0'; // import insight:provider/secrets@1.0.0
  export * as recordSummary from 'insight:provider/record-summary@1.0.0'; // export insight:provider/record-summary@1.0.0
  export * as recordDetails from 'insight:provider/record-details@1.0.0'; // export insight:provider/record-details@1.0.0
  export * as keySalesInfo from 'insight:provider/key-sales-info@1.0.0'; // export insight:provider/key-sales-info@1.0.0
  export * as emailSummary from 'insight:provider/email-summary@1.0.0'; // export insight:provider/email-summary@1.0.0
  export * as emailDraft from 'insight:provider/email-draft@1.0.0'; // export insight:provider/email-draft@1.0.0
  export * as chat from 'insight:provider/chat@1.0.0'; // export insight:provider/chat@1.0.0
  export * as about from 'insight:provider/about@1.0.0'; // export insight:provider/about@1.0.0
  export * as lifecycle from 'insight:provider/lifecycle@1.0.0'; // export insight:provider/lifecycle@1.0.0
}
