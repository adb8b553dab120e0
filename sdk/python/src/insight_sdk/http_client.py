"""HTTP requests with text bodies, to the backends that the plugin is granted. Most plugins use `Api` instead.

A call may send 32 requests, those that are refused included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from . import _host
from .failure import Failed, Failure, HostError, Unavailable


@dataclass(frozen=True)
class HttpRequest:
    """A request. `{{secret:NAME}}` in the value of a header or in the body stands for a secret that is granted."""

    method: str
    """Method in upper case, such as `GET`."""
    url: str
    """Absolute URL, `https` unless granted otherwise."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers."""
    body: str | None = None
    """Body, sent as UTF-8."""
    timeout_ms: int | None = None
    """Milliseconds to wait for the whole response; as long as the call has left, if there are none."""


@dataclass(frozen=True)
class HttpResponse:
    """A response, whatever its status."""

    status: int
    """Status code."""
    headers: Sequence[tuple[str, str]] = ()
    """Names, in lower case, and values: repeated ones in the order received."""
    body: str = ""
    """Body as text."""

    def header(self, name: str) -> str | None:
        """Returns the first header of that name, in any letter case."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class HttpErrorKind(StrEnum):
    """Why there is no response."""

    NOT_GRANTED = "not-granted"
    INVALID_REQUEST = "invalid-request"
    TIMED_OUT = "timed-out"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too-large"
    OVER_QUOTA = "over-quota"
    OTHER = "other"


_HTTP_TEXTS = {
    HttpErrorKind.NOT_GRANTED: "a request is not granted",
    HttpErrorKind.INVALID_REQUEST: "a request is not valid",
    HttpErrorKind.TIMED_OUT: "a backend did not respond in time",
    HttpErrorKind.UNREACHABLE: "a backend cannot be reached",
    HttpErrorKind.TOO_LARGE: "a request or its response is too large",
    HttpErrorKind.OVER_QUOTA: "the call has sent too many requests",
    HttpErrorKind.OTHER: "a request failed",
}


class HttpError(HostError):
    """There is no response. In an answer, it is `Unavailable` if the backend's fault, else `Failed`."""

    def __init__(self, kind: HttpErrorKind, detail: str = "") -> None:
        super().__init__(": ".join(filter(None, [_HTTP_TEXTS[kind], detail])))
        self.kind = kind
        self.detail = detail

    def failure(self) -> Failure:
        is_backend = self.kind in (HttpErrorKind.TIMED_OUT, HttpErrorKind.UNREACHABLE)
        return Unavailable(str(self)) if is_backend else Failed(str(self))


def send(request: HttpRequest) -> HttpResponse:
    """Sends a request and waits for the response. One of status 500 is a response too.

    Raises `HttpError` if there is none.
    """
    [outcome] = send_all([request])
    if isinstance(outcome, HttpError):
        raise outcome
    return outcome


def send_all(requests: Sequence[HttpRequest]) -> list[HttpResponse | HttpError]:
    """Sends requests side by side, waits for all, and returns what became of each, in the same order."""
    return _host.current().send_all(requests)
