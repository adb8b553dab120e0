from unittest import TestCase

from insight_sdk import EmailInsightRequest, ThreadRecord
from insight_sdk.testing import FakeHost

import email_summary
from tests.example import ACCOUNT, UNKNOWN


class EmailSummaryTest(TestCase):
    def test_each_known_account_has_one_insight(self) -> None:
        request = EmailInsightRequest(about=[ThreadRecord(UNKNOWN), ThreadRecord(ACCOUNT, connected=True)])

        page = email_summary.answer(FakeHost().context(), request)

        self.assertEqual([insight.text for insight in page.items], ["Order 1003 of May 12, 2026 is on its way."])
