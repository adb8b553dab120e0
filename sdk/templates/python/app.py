"""What the plugin exports. The names are those of the interface."""

from about import About
from record_summary import RecordSummary
from record_details import RecordDetails
from key_sales_info import KeySalesInfo
from email_summary import EmailSummary
from email_draft import EmailDraft
from chat import Chat

__all__ = [
    "About",
    "RecordSummary",
    "RecordDetails",
    "KeySalesInfo",
    "EmailSummary",
    "EmailDraft",
    "Chat",
]
