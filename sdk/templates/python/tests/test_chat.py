from unittest import TestCase

from wit_world.exports.chat import ChatRequest, Input, InputValue_Text

from chat import Chat
from tests.example import CONTEXT


class ChatTest(TestCase):
    def test_each_order_of_the_account_has_a_card(self) -> None:
        request = ChatRequest(skill="orders", inputs=[Input("accountName", InputValue_Text("fourth coffee"))])

        answer = Chat().answer(CONTEXT, request)

        self.assertEqual(len(answer.cards), 3)
