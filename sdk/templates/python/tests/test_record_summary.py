from unittest import TestCase

from insight_sdk import Activity, ActivityRequest, CrmRecord, Page, RecordNotFound, Timestamp
from insight_sdk.testing import FakeHost

import record_summary
from tests.example import ACCOUNT, UNKNOWN


def answer(record: CrmRecord, since: Timestamp | None = None) -> Page[Activity]:
    return record_summary.answer(FakeHost().context(), ActivityRequest(record, since))


class RecordSummaryTest(TestCase):
    def test_the_latest_order_comes_first(self) -> None:
        page = answer(ACCOUNT)

        self.assertEqual([order.title for order in page.items], ["Order 1003", "Order 1002", "Order 1001"])
        self.assertFalse(page.has_more)

    def test_orders_before_the_wanted_time_are_left_out(self) -> None:
        self.assertEqual(len(answer(ACCOUNT, since=Timestamp.parse("2026-03-01T00:00:00Z")).items), 2)

    def test_an_unknown_account_is_not_found(self) -> None:
        with self.assertRaises(RecordNotFound):
            answer(UNKNOWN)
