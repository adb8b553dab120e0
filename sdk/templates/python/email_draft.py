"""Links worth adding to an email: the pages of the orders that it is about."""

from wit_world import exports
from wit_world.exports.email_draft import ContentKind_WebPage, ContentLink, ContentLinkPage, ContentLinkRequest
from wit_world.imports.insight_types import CallContext

from orders import orders_of


class EmailDraft(exports.EmailDraft):
    def answer(self, context: CallContext, request: ContentLinkRequest) -> ContentLinkPage:
        orders = orders_of(request.about) if request.about else []
        end = request.skip + request.top
        links = [
            ContentLink(
                kind=ContentKind_WebPage(),
                url=order.url,
                title=order.title,
                description=order.sentence,
                icon_url=None,
                properties=[],
            )
            for order in orders[request.skip : end]
        ]
        return ContentLinkPage(links, has_more=len(orders) > end, language="en")
