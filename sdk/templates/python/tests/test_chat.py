from unittest import TestCase

from insight_sdk import ChatRequest
from insight_sdk.testing import FakeHost

import chat


class ChatTest(TestCase):
    def test_each_order_of_the_account_has_a_card(self) -> None:
        answer = chat.answer(FakeHost().context(), ChatRequest("orders", {"accountName": "fourth coffee"}))

        self.assertEqual(len(answer.cards), 3)
