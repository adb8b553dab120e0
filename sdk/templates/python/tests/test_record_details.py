from unittest import TestCase

from wit_world.exports.record_details import RelatedRecordRequest

from record_details import RecordDetails
from tests.example import ACCOUNT, CONTEXT


class RecordDetailsTest(TestCase):
    def test_an_order_shows_its_status_and_its_day(self) -> None:
        page = RecordDetails().answer(CONTEXT, RelatedRecordRequest(about=ACCOUNT, top=10, skip=0))

        self.assertEqual([shown.value for shown in page.items[0].properties], ["on its way", "2026-05-12"])
