"""The orders that the plugin tells of. Replace them by calls to your backend, with `wit_world.imports.http_client`."""

from dataclasses import dataclass

from componentize_py_types import Err
from wit_world.imports.insight_types import CrmRecord, Failure_RecordNotFound


@dataclass(frozen=True)
class Order:
    """An order of an account."""

    number: int
    placed_at: str
    status: str

    @property
    def title(self) -> str:
        return f"Order {self.number}"

    @property
    def sentence(self) -> str:
        return f"Order {self.number} of {self.placed_at[:10]} is {self.status}."

    @property
    def url(self) -> str:
        return f"https://contoso.example/orders/{self.number}"


ACCOUNT_ID = "42"
ACCOUNT_NAME = "Fourth Coffee"

# The latest first.
ORDERS = [
    Order(1003, "2026-05-12T08:30:00Z", "on its way"),
    Order(1002, "2026-03-02T15:00:00Z", "delivered"),
    Order(1001, "2025-11-20T10:15:00Z", "delivered"),
]


def orders_of(record: CrmRecord) -> list[Order]:
    """Returns the orders of an account; none for records that are no accounts.

    Raises a failure if the account is unknown.
    """
    if record.record_type != "account":
        return []
    if record.record_id != ACCOUNT_ID:
        raise Err(Failure_RecordNotFound())
    return ORDERS


def orders_by_name(name: str) -> list[Order]:
    """Returns the orders of the account of this name, if there is one."""
    return ORDERS if name.casefold() == ACCOUNT_NAME.casefold() else []
