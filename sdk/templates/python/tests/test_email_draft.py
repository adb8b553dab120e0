from unittest import TestCase

from insight_sdk import ContentLinkRequest, RawConversation
from insight_sdk.testing import FakeHost

import email_draft
from tests.example import ACCOUNT


class EmailDraftTest(TestCase):
    def test_each_order_is_linked(self) -> None:
        request = ContentLinkRequest(RawConversation(kind="teams-chat", json="{}"), about=ACCOUNT)

        page = email_draft.answer(FakeHost().context(), request)

        self.assertEqual(page.items[0].url, "https://contoso.example/orders/1003")
