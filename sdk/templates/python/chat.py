"""Questions in the chat: where the orders of an account stand."""

from wit_world import exports
from wit_world.exports.chat import (
    Card,
    CardBody_Content,
    CardContent,
    ChatAnswer,
    ChatRequest,
    InputValue_Text,
    Parameter,
    ParameterKind,
    Skill,
)
from wit_world.imports.insight_types import CallContext, Property

from orders import Order, orders_by_name


class Chat(exports.Chat):
    def skills(self) -> list[Skill]:
        account = Parameter(
            name="accountName",
            description="Name of the account, such as Fourth Coffee",
            kind=ParameterKind.TEXT,
            required=True,
            choices=[],
        )
        return [
            Skill(
                name="orders",
                title="Chat about orders",
                description="Finds the latest orders of an account and where they stand.",
                parameters=[account],
            )
        ]

    def answer(self, context: CallContext, request: ChatRequest) -> ChatAnswer:
        names = [given.value.value for given in request.inputs if isinstance(given.value, InputValue_Text)]
        orders = [order for name in names for order in orders_by_name(name)]
        return ChatAnswer(text=None, data=None, cards=[card(order) for order in orders], language="en")


def card(order: Order) -> Card:
    content = CardContent(
        logo_url=None,
        text=order.sentence,
        facts=[Property("Status", order.status)],
        sections=[],
    )
    return Card(title=order.title, subtitle=None, url=order.url, url_label=None, body=CardBody_Content(content))
