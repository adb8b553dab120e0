// What the plugin exports. The names are those of the interface.

export * as about from './about.ts';
export * as recordSummary from './record-summary.ts';
export * as recordDetails from './record-details.ts';
export * as keySalesInfo from './key-sales-info.ts';
export * as emailSummary from './email-summary.ts';
export * as emailDraft from './email-draft.ts';
export * as chat from './chat.ts';
