"""Links worth adding to an email: the pages of the orders that it is about."""

from insight_sdk import CallContext, ContentLink, ContentLinkRequest, Page

from orders import Order, orders_of


def answer(context: CallContext, request: ContentLinkRequest) -> Page[ContentLink]:
    orders = orders_of(request.about) if request.about else []
    return request.page((link(context, order) for order in orders), language="en")


def link(context: CallContext, order: Order) -> ContentLink:
    return ContentLink(order.url, order.title, order.sentence(context))
