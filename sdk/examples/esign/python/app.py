"""What the plugin exports. The names on the left are those of the interface."""

from insight_sdk import exports

import about
import chat
import email_draft
import key_sales_info
import record_summary

About = exports.about(about.PROFILE)
RecordSummary = exports.record_summary(record_summary.answer)
KeySalesInfo = exports.key_sales_info(key_sales_info.answer)
EmailDraft = exports.email_draft(email_draft.answer)
Chat = exports.chat(chat.SKILLS, chat.answer)
