from unittest import TestCase

from wit_world.exports.email_summary import EmailInsightRequest, ThreadRecord

from email_summary import EmailSummary
from tests.example import ACCOUNT, CONTEXT, UNKNOWN


class EmailSummaryTest(TestCase):
    def test_each_known_account_has_one_insight(self) -> None:
        records = [ThreadRecord(UNKNOWN, connected=False), ThreadRecord(ACCOUNT, connected=True)]
        request = EmailInsightRequest(participants=[], about=records, thread=None, top=10, skip=0)

        page = EmailSummary().answer(CONTEXT, request)

        self.assertEqual([insight.text for insight in page.items], ["Order 1003 of 2026-05-12 is on its way."])
