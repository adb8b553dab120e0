from unittest import TestCase

from insight_sdk import RelatedRecordRequest
from insight_sdk.testing import FakeHost

import record_details
from tests.example import ACCOUNT


class RecordDetailsTest(TestCase):
    def test_an_order_shows_its_status_and_its_day(self) -> None:
        page = record_details.answer(FakeHost().context(), RelatedRecordRequest(ACCOUNT))

        self.assertEqual(page.items[0].properties, {"Status": "on its way", "Placed": "May 12, 2026"})
