"""Insights for the summary of an email thread: the latest order of each account that it is about."""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.email_summary import EmailInsight, EmailInsightPage, EmailInsightRequest
from wit_world.imports.insight_types import CallContext, CrmRecord

from orders import Order, orders_of


class EmailSummary(exports.EmailSummary):
    def answer(self, context: CallContext, request: EmailInsightRequest) -> EmailInsightPage:
        latest = [order for record in request.about for order in latest_of(record.crm_record)]
        end = request.skip + request.top
        insights = [EmailInsight(title=None, text=order.sentence) for order in latest[request.skip : end]]
        return EmailInsightPage(insights, has_more=len(latest) > end, language="en")


def latest_of(record: CrmRecord) -> list[Order]:
    """Returns the latest order. An unknown record does not keep the others from being told of."""
    try:
        return orders_of(record)[:1]
    except Err:
        return []
