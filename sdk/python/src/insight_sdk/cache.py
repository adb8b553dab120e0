"""Answers of a backend, kept between calls for a while, and longer for the time that it is down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from . import data, key_value, log
from .context import CallContext
from .failure import Failure, HostError, Throttled, Unavailable
from .key_value import StoreError
from .timestamp import Timestamp

T = TypeVar("T")


@dataclass
class _Entry:
    at: Timestamp
    value: Any


class Cache(Generic[T]):
    """Values of a type that JSON can be (see `insight_sdk.data`), each by a key.

    >>> cache = Cache(context, "envelopes", list[Envelope], fresh=timedelta(minutes=1), stale=timedelta(hours=1))
    >>> cache.get_or_fetch("42", lambda: api.get("/v1/envelopes").json(list[Envelope]))

    A value that is younger than `fresh` is returned as it is. Otherwise it is fetched and stored. If fetching raises
    `Unavailable` or `Throttled`, a value that is not older than `stale` is returned; one that is older is not. A store
    that does not serve fails no call: the value is fetched.
    """

    def __init__(
        self, context: CallContext, name: str, kind: type[T], *, fresh: timedelta, stale: timedelta = timedelta()
    ) -> None:
        self._context = context
        self._name = name
        self._kind = kind
        self._fresh = fresh
        self._stale = max(fresh, stale)
        self._serves = True

    def get_or_fetch(self, key: str, fetch: Callable[[], T]) -> T:
        """Returns the stored value of the key if it is fresh, else what `fetch` returns. Raises what `fetch` raises."""
        stored = self._stored(key)
        if stored is not None and stored[0] < self._fresh:
            return stored[1]
        try:
            value = fetch()
        except (Failure, HostError) as error:
            failure = error.failure() if isinstance(error, HostError) else error
            if stored is None or stored[0] > self._stale or not isinstance(failure, (Unavailable, Throttled)):
                raise
            log.warn("a stored value stands in for the backend", cache=self._name, failure=failure)
            return stored[1]
        self._store(key, value)
        return value

    def _stored(self, key: str) -> tuple[timedelta, T] | None:
        """Returns the stored value and its age, if there is one of the type."""
        try:
            text = key_value.get(self._key(key)) if self._serves else None
            if text is None:
                return None
            entry = data.decode(_Entry, data.parse(text))
            # Another host's clock may be ahead.
            age = max(self._context.now() - entry.at, timedelta())
            return age, data.decode(self._kind, entry.value)
        except StoreError as error:
            self._fails(error)
        except data.DecodeError as error:
            log.debug("a stored value is of another form", cache=self._name, reason=error)
        return None

    def _store(self, key: str, value: T) -> None:
        if not self._serves:
            return
        try:
            text = data.dumps(_Entry(self._context.now(), value))
        except (TypeError, ValueError):
            log.debug("a value has no form in JSON, and is not stored", cache=self._name)
            return
        try:
            # A value of just that age is served still.
            key_value.set(self._key(key), text, self._stale + timedelta(seconds=1))
        except StoreError as error:
            self._fails(error)

    def _key(self, key: str) -> str:
        return f"{self._name}/{key}"

    def _fails(self, error: StoreError) -> None:
        """Goes on without the store, and says so once."""
        self._serves = False
        log.debug("the cache does not serve", cache=self._name, reason=error)
