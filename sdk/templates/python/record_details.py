"""Records that relate to a CRM record: its orders."""

from insight_sdk import CallContext, Page, RelatedRecord, RelatedRecordRequest

from orders import Order, orders_of


def answer(context: CallContext, request: RelatedRecordRequest) -> Page[RelatedRecord]:
    return request.page((related(context, order) for order in orders_of(request.about)), language="en")


def related(context: CallContext, order: Order) -> RelatedRecord:
    return RelatedRecord(
        record_id=str(order.number),
        record_type="order",
        type_name="Order",
        type_name_plural="Orders",
        title=order.title,
        url=order.url,
        properties={"Status": order.status, "Placed": order.day(context)},
    )
