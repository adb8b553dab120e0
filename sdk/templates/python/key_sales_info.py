"""Key sales info of a CRM record: where its orders stand."""

from insight_sdk import CallContext, Highlight, HighlightRequest, Page

from orders import Order, orders_of


def answer(context: CallContext, request: HighlightRequest) -> Page[Highlight]:
    return request.page((highlight(context, order) for order in orders_of(request.about)), language="en")


def highlight(context: CallContext, order: Order) -> Highlight:
    return Highlight(order.sentence(context), date_time=order.placed_at, url=order.url)
