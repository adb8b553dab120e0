from unittest import TestCase

from wit_world.exports.email_draft import ContentLinkRequest, Conversation_Other, RawConversation

from email_draft import EmailDraft
from tests.example import ACCOUNT, CONTEXT


class EmailDraftTest(TestCase):
    def test_each_order_is_linked(self) -> None:
        conversation = Conversation_Other(RawConversation(kind="teams-chat", json="{}"))
        request = ContentLinkRequest(
            conversation=conversation,
            message_id=None,
            conversation_id=None,
            about=ACCOUNT,
            prompt=None,
            top=10,
            skip=0,
        )

        page = EmailDraft().answer(CONTEXT, request)

        self.assertEqual(page.items[0].url, "https://contoso.example/orders/1003")
