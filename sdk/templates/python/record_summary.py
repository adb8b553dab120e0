"""Activities for the summary of a CRM record: its orders."""

from insight_sdk import Activity, ActivityRequest, CallContext, Page

from orders import Order, orders_of


def answer(context: CallContext, request: ActivityRequest) -> Page[Activity]:
    orders = [order for order in orders_of(request.about) if request.covers(order.placed_at)]
    return request.page((activity(context, order) for order in orders), language="en")


def activity(context: CallContext, order: Order) -> Activity:
    return Activity(
        title=order.title,
        description=order.sentence(context),
        date_time=order.placed_at,
        url=order.url,
        properties={"Status": order.status},
    )
