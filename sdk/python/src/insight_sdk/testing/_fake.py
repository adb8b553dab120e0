"""The fake host that answers a plugin in a unit test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .. import _host, data
from ..context import CallContext, Caller, Crm
from ..http_client import HttpError, HttpErrorKind, HttpRequest, HttpResponse
from ..key_value import StoreError, StoreErrorKind
from ..log import Level
from ..secrets import SecretError, SecretErrorKind
from ..timestamp import Timestamp
from ._har import har_replies

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class LogEntry:
    """An entry that the plugin has written to the log."""

    level: Level
    """Its level."""
    message: str
    """Its message."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Its fields."""


@dataclass(frozen=True)
class _Reply:
    outcome: HttpResponse | HttpError
    latency: timedelta = timedelta()


@dataclass
class _Replies:
    all: list[_Reply] = field(default_factory=list)
    given: int = 0

    def next(self) -> _Reply:
        """Returns the next reply, or the last again."""
        self.given += 1
        return self.all[min(self.given, len(self.all)) - 1]


class FakeHost:
    """A host whose answers a test fills in. By default it has no config and grants nothing.

    It is the plugin's host in a `with` statement, or after `self.enterContext(FakeHost())` in a `unittest.TestCase`.
    Its clock stands still unless the test or the latency of a backend moves it.
    """

    def __init__(
        self,
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        key_value: bool = False,
        now: str = "2026-06-01T08:00:00Z",
    ) -> None:
        self.configured = dict(config or {})
        """Values of the `[config]` table."""
        self.secrets = dict(secrets or {})
        """Secrets that the plugin may read. Those that it sends need not be here: requests have `{{secret:NAME}}`."""
        self.sent: list[HttpRequest] = []
        """Requests that the plugin has sent, refused ones included."""
        self.logged: list[LogEntry] = []
        """Entries that the plugin has logged."""
        self.is_offline = False
        """Whether no backend can be reached."""
        self._began = Timestamp.parse(now)
        self._elapsed = timedelta()
        self._deadline: timedelta | None = None
        self._replies: dict[tuple[str, str], _Replies] = {}
        self._entries: dict[str, tuple[str, timedelta]] | None = {} if key_value else None

    @classmethod
    def har(
        cls,
        path: Path,
        *,
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        key_value: bool = False,
        now: str = "2026-06-01T08:00:00Z",
    ) -> Self:
        """Creates a host with the replies of a HAR 1.2 file, which browsers and proxies write."""
        host = cls(config=config, secrets=secrets, key_value=key_value, now=now)
        for method, url, outcome in har_replies(path):
            host._add(method, url, _Reply(outcome))
        return host

    def __enter__(self) -> Self:
        _host.install(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _host.uninstall(self)

    # What a test says.

    def now(self) -> Timestamp:
        """Returns the present by the host's clock."""
        return Timestamp.of(self._began + self._elapsed)

    def advance(self, time: timedelta) -> None:
        """Moves the clock."""
        self._elapsed += time

    def context(
        self,
        *languages: str,
        time_left_ms: int = 4000,
        time_zone: str | None = None,
        crm: Crm = Crm(),
        caller: Caller | None = None,
    ) -> CallContext:
        """Begins a call now: by a seller who reads these languages, or else English."""
        self._deadline = self._elapsed + time_left_ms * _MILLISECOND
        return CallContext(
            activity_id="00000000-0000-4000-8000-000000000000",
            received_at=self.now(),
            time_left_ms=time_left_ms,
            languages=languages or ("en",),
            time_zone=time_zone,
            crm=crm,
            caller=caller,
        )

    def reply(
        self,
        url: str,
        *,
        method: str = "GET",
        status: int = 200,
        json: Any = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        latency: timedelta = timedelta(),
    ) -> None:
        """Grants requests to a URL, query included, and sets the response.

        Further replies for it are given in turn, and the last one from then on. The latency moves the clock: it counts
        against the time of the call, and no test waits for it.
        """
        text = data.dumps(json) if body is None and json is not None else body or ""
        response = HttpResponse(status, [(name.lower(), value) for name, value in (headers or {}).items()], text)
        self._add(method, url, _Reply(response, latency))

    def fail(
        self, url: str, kind: HttpErrorKind, detail: str = "", *, method: str = "GET", latency: timedelta = timedelta()
    ) -> None:
        """Sets that there is no response, in turn with other replies."""
        self._add(method, url, _Reply(HttpError(kind, detail), latency))

    def _add(self, method: str, url: str, reply: _Reply) -> None:
        self._replies.setdefault((method, url), _Replies()).all.append(reply)

    # What the plugin asks.

    def config(self, name: str) -> str | None:
        return self.configured.get(name)

    def secret(self, name: str) -> str:
        if name not in self.secrets:
            raise SecretError(SecretErrorKind.UNKNOWN)
        return self.secrets[name]

    def log(self, level: str, message: str, fields: Mapping[str, str]) -> None:
        self.logged.append(LogEntry(Level(level), message, fields))

    def send_all(self, requests: Sequence[HttpRequest]) -> list[HttpResponse | HttpError]:
        self.sent += requests
        replies = [self._reply_to(request) for request in requests]
        # They run side by side.
        self.advance(max((reply.latency for reply in replies), default=timedelta()))
        return [reply.outcome for reply in replies]

    def _reply_to(self, request: HttpRequest) -> _Reply:
        if self.is_offline:
            return _Reply(HttpError(HttpErrorKind.UNREACHABLE, "the test says so"))
        replies = self._replies.get((request.method, request.url))
        if replies is None:
            return _Reply(HttpError(HttpErrorKind.NOT_GRANTED, f"no reply is set for {request.method} {request.url}"))
        reply = replies.next()
        patience = [] if self._deadline is None else [max(self._deadline - self._elapsed, timedelta())]
        if request.timeout_ms is not None:
            patience.append(request.timeout_ms * _MILLISECOND)
        if patience and reply.latency > min(patience):
            return _Reply(HttpError(HttpErrorKind.TIMED_OUT), min(patience))
        return reply

    def get(self, key: str) -> str | None:
        entry = self._store().get(key)
        return entry[0] if entry and entry[1] > self._elapsed else None

    def set(self, key: str, value: str, ttl_seconds: int) -> None:
        self._store()[key] = (value, self._elapsed + timedelta(seconds=ttl_seconds))

    def remove(self, key: str) -> None:
        self._store().pop(key, None)

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    def _store(self) -> dict[str, tuple[str, timedelta]]:
        if self._entries is None:
            raise StoreError(StoreErrorKind.NOT_GRANTED)
        return self._entries
