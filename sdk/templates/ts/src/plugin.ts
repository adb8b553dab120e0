// What the plugin exports. The names are those of the interface.

export { about } from './about.ts';
export { recordSummary } from './record-summary.ts';
export { recordDetails } from './record-details.ts';
export { keySalesInfo } from './key-sales-info.ts';
export { emailSummary } from './email-summary.ts';
export { emailDraft } from './email-draft.ts';
export { chat } from './chat.ts';
