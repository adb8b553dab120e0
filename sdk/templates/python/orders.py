"""The orders that the plugin tells of. Replace them by calls to your backend, with `insight_sdk.Api`."""

from dataclasses import dataclass

from insight_sdk import CallContext, CrmRecord, RecordNotFound, Timestamp


@dataclass(frozen=True)
class Order:
    """An order of an account."""

    number: int
    placed_at: Timestamp
    status: str

    @property
    def title(self) -> str:
        return f"Order {self.number}"

    @property
    def url(self) -> str:
        return f"https://contoso.example/orders/{self.number}"

    def day(self, context: CallContext) -> str:
        """Returns the day on which it was placed, in the plugin's language."""
        return context.locale(["en"]).date(self.placed_at)

    def sentence(self, context: CallContext) -> str:
        return f"Order {self.number} of {self.day(context)} is {self.status}."


ACCOUNT_ID = "42"
ACCOUNT_NAME = "Fourth Coffee"

# The latest first.
ORDERS = [
    Order(1003, Timestamp.parse("2026-05-12T08:30:00Z"), "on its way"),
    Order(1002, Timestamp.parse("2026-03-02T15:00:00Z"), "delivered"),
    Order(1001, Timestamp.parse("2025-11-20T10:15:00Z"), "delivered"),
]


def orders_of(record: CrmRecord) -> list[Order]:
    """Returns the orders of an account; none for records that are no accounts. Raises `RecordNotFound`."""
    if record.record_type != "account":
        return []
    if record.record_id != ACCOUNT_ID:
        raise RecordNotFound
    return ORDERS


def orders_by_name(name: str) -> list[Order]:
    """Returns the orders of the account of this name, if there is one."""
    return ORDERS if name.casefold() == ACCOUNT_NAME.casefold() else []
