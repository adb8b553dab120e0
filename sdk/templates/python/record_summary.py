"""Activities for the summary of a CRM record: its orders."""

from wit_world import exports
from wit_world.exports.record_summary import Activity, ActivityPage, ActivityRequest
from wit_world.imports.insight_types import CallContext, Property

from orders import orders_of


class RecordSummary(exports.RecordSummary):
    def answer(self, context: CallContext, request: ActivityRequest) -> ActivityPage:
        wanted = [
            order
            for order in orders_of(request.about)
            if (request.since or "") <= order.placed_at <= (request.until or "9")
        ]
        end = request.skip + request.top
        activities = [
            Activity(
                title=order.title,
                description=order.sentence,
                date_time=order.placed_at,
                url=order.url,
                properties=[Property("Status", order.status)],
            )
            for order in wanted[request.skip : end]
        ]
        return ActivityPage(activities, has_more=len(wanted) > end, language="en")
