"""Questions in the chat: where the orders of an account stand."""

from insight_sdk import CallContext, Card, ChatAnswer, ChatRequest, Parameter, Skill

from orders import Order, orders_by_name

SKILLS = [
    Skill(
        "orders",
        "Chat about orders",
        "Finds the latest orders of an account and where they stand.",
        [Parameter("accountName", "Name of the account, such as Fourth Coffee", required=True)],
    )
]


def answer(context: CallContext, request: ChatRequest) -> ChatAnswer:
    orders = orders_by_name(request.text("accountName"))
    return ChatAnswer([card(context, order) for order in orders], language="en")


def card(context: CallContext, order: Order) -> Card:
    return Card(order.title, url=order.url, text=order.sentence(context), facts={"Status": order.status})
