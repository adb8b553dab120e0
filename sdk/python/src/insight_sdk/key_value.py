"""A store that outlives the call, for tokens and look-ups. Needs a grant. For answers of backends, see `Cache`.

Each plugin has a store of its own for each tenant. Entries may vanish at any time.
"""

from datetime import timedelta
from enum import StrEnum

from . import _host
from .failure import HostError


class StoreErrorKind(StrEnum):
    """Why the store does not serve."""

    NOT_GRANTED = "not-granted"
    TOO_LONG = "too-long"
    FULL = "full"
    UNAVAILABLE = "unavailable"
    OTHER = "other"


_STORE_TEXTS = {
    StoreErrorKind.NOT_GRANTED: "the cache is not granted",
    StoreErrorKind.TOO_LONG: "a key or value is too long for the cache",
    StoreErrorKind.FULL: "the cache is full",
    StoreErrorKind.UNAVAILABLE: "the cache does not respond in time",
    StoreErrorKind.OTHER: "the cache failed",
}


class StoreError(HostError):
    """The store does not serve. A plugin then goes on without it."""

    def __init__(self, kind: StoreErrorKind, detail: str = "") -> None:
        super().__init__(": ".join(filter(None, [_STORE_TEXTS[kind], detail])))
        self.kind = kind
        self.detail = detail


def get(key: str) -> str | None:
    """Returns the value of a key, if there is one. Raises `StoreError`."""
    return _host.current().get(key)


def set(key: str, value: str, time_to_live: timedelta) -> None:
    """Stores a value for that time, to the second, in place of any before it. The host may keep it for less.

    Raises `StoreError`.
    """
    _host.current().set(key, value, max(int(time_to_live.total_seconds()), 1))


def remove(key: str) -> None:
    """Removes a key, if it is there. Raises `StoreError`."""
    _host.current().remove(key)
