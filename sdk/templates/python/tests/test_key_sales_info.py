from unittest import TestCase

from insight_sdk import HighlightRequest
from insight_sdk.testing import FakeHost

import key_sales_info
from tests.example import ACCOUNT


class KeySalesInfoTest(TestCase):
    def test_a_page_holds_no_more_than_is_wanted(self) -> None:
        page = key_sales_info.answer(FakeHost().context(), HighlightRequest(ACCOUNT, top=1))

        self.assertEqual([shown.description for shown in page.items], ["Order 1003 of May 12, 2026 is on its way."])
        self.assertTrue(page.has_more)
