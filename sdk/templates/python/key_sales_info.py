"""Key sales info of a CRM record: where its orders stand."""

from wit_world import exports
from wit_world.exports.key_sales_info import Highlight, HighlightPage, HighlightRequest
from wit_world.imports.insight_types import CallContext

from orders import orders_of


class KeySalesInfo(exports.KeySalesInfo):
    def answer(self, context: CallContext, request: HighlightRequest) -> HighlightPage:
        orders = orders_of(request.about)
        end = request.skip + request.top
        highlights = [
            Highlight(
                title=None,
                description=order.sentence,
                date_time=order.placed_at,
                url=order.url,
                properties=[],
            )
            for order in orders[request.skip : end]
        ]
        return HighlightPage(highlights, has_more=len(orders) > end, language="en")
