from unittest import TestCase

from wit_world.exports.key_sales_info import HighlightRequest

from key_sales_info import KeySalesInfo
from tests.example import ACCOUNT, CONTEXT


class KeySalesInfoTest(TestCase):
    def test_a_page_holds_no_more_than_is_wanted(self) -> None:
        page = KeySalesInfo().answer(CONTEXT, HighlightRequest(about=ACCOUNT, top=1, skip=0))

        self.assertEqual([shown.description for shown in page.items], ["Order 1003 of 2026-05-12 is on its way."])
        self.assertTrue(page.has_more)
