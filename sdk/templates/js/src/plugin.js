// What the plugin exports. The names are those of the interface.

export * as about from './about.js';
export * as recordSummary from './record-summary.js';
export * as recordDetails from './record-details.js';
export * as keySalesInfo from './key-sales-info.js';
export * as emailSummary from './email-summary.js';
export * as emailDraft from './email-draft.js';
export * as chat from './chat.js';
