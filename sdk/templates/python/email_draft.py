"""Links worth adding to an email: the pages of the orders that it is about."""

from insight_sdk import CallContext, ContentLink, ContentLinkRequest, Page

from orders import orders_of


def answer(context: CallContext, request: ContentLinkRequest) -> Page[ContentLink]:
    orders = orders_of(request.about) if request.about else []
    return request.page((ContentLink(order.url, order.title, order.sentence(context)) for order in orders), language="en")
