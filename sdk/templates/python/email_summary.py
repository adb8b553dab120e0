"""Insights for the summary of an email thread: the latest order of each account that it is about."""

from insight_sdk import CallContext, CrmRecord, EmailInsight, EmailInsightRequest, Page, RecordNotFound

from orders import Order, orders_of


def answer(context: CallContext, request: EmailInsightRequest) -> Page[EmailInsight]:
    latest = [order for record in request.about for order in latest_of(record.crm_record)]
    return request.page((EmailInsight(order.sentence(context)) for order in latest), language="en")


def latest_of(record: CrmRecord) -> list[Order]:
    """Returns the latest order. An unknown record does not keep the others from being told of."""
    try:
        return orders_of(record)[:1]
    except RecordNotFound:
        return []
