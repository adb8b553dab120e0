"""Records that relate to a CRM record: its orders."""

from wit_world import exports
from wit_world.exports.record_details import RelatedRecord, RelatedRecordPage, RelatedRecordRequest
from wit_world.imports.insight_types import CallContext, Property

from orders import orders_of


class RecordDetails(exports.RecordDetails):
    def answer(self, context: CallContext, request: RelatedRecordRequest) -> RelatedRecordPage:
        orders = orders_of(request.about)
        end = request.skip + request.top
        records = [
            RelatedRecord(
                record_id=str(order.number),
                record_type="order",
                type_name="Order",
                type_name_plural="Orders",
                title=order.title,
                url=order.url,
                properties=[Property("Status", order.status), Property("Placed", order.placed_at[:10])],
            )
            for order in orders[request.skip : end]
        ]
        return RelatedRecordPage(records, has_more=len(orders) > end, language="en")
