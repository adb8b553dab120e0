from unittest import TestCase

from componentize_py_types import Err
from wit_world.exports.record_summary import ActivityPage, ActivityRequest
from wit_world.imports.insight_types import CrmRecord, Failure_RecordNotFound

from record_summary import RecordSummary
from tests.example import ACCOUNT, CONTEXT, UNKNOWN


def answer(record: CrmRecord, since: str | None = None) -> ActivityPage:
    request = ActivityRequest(about=record, since=since, until=None, top=10, skip=0)
    return RecordSummary().answer(CONTEXT, request)


class RecordSummaryTest(TestCase):
    def test_the_latest_order_comes_first(self) -> None:
        page = answer(ACCOUNT)

        self.assertEqual([order.title for order in page.items], ["Order 1003", "Order 1002", "Order 1001"])
        self.assertFalse(page.has_more)

    def test_orders_before_the_wanted_time_are_left_out(self) -> None:
        self.assertEqual(len(answer(ACCOUNT, since="2026-03-01T00:00:00Z").items), 2)

    def test_an_unknown_account_is_not_found(self) -> None:
        with self.assertRaises(Err) as raised:
            answer(UNKNOWN)

        self.assertEqual(raised.exception.value, Failure_RecordNotFound())
