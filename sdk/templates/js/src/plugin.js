// What the plugin exports. The names are those of the interface.

export { about } from './about.js';
export { recordSummary } from './record-summary.js';
export { recordDetails } from './record-details.js';
export { keySalesInfo } from './key-sales-info.js';
export { emailSummary } from './email-summary.js';
export { emailDraft } from './email-draft.js';
export { chat } from './chat.js';
