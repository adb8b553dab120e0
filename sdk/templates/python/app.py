"""What the plugin exports. The names on the left are those of the interface."""

from insight_sdk import exports

import about
import record_summary
import record_details
import key_sales_info
import email_summary
import email_draft
import chat

About = exports.about(about.PROFILE)
RecordSummary = exports.record_summary(record_summary.answer)
RecordDetails = exports.record_details(record_details.answer)
KeySalesInfo = exports.key_sales_info(key_sales_info.answer)
EmailSummary = exports.email_summary(email_summary.answer)
EmailDraft = exports.email_draft(email_draft.answer)
Chat = exports.chat(chat.SKILLS, chat.answer)
