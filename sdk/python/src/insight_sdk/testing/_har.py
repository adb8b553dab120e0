"""Recorded replies, from the HTTP Archive format (HAR) 1.2."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import data
from ..http_client import HttpError, HttpErrorKind, HttpResponse


@dataclass(frozen=True)
class _HarRequest:
    method: str
    url: str


@dataclass(frozen=True)
class _HarHeader:
    name: str
    value: str


@dataclass(frozen=True)
class _HarContent:
    text: str = ""
    encoding: str | None = None


@dataclass(frozen=True)
class _HarResponse:
    status: int
    headers: Sequence[_HarHeader] = ()
    content: _HarContent = _HarContent()


@dataclass(frozen=True)
class _HarEntry:
    request: _HarRequest
    response: _HarResponse


@dataclass(frozen=True)
class _HarLog:
    entries: Sequence[_HarEntry]


@dataclass(frozen=True)
class _Har:
    log: _HarLog


def har_replies(path: Path) -> list[tuple[str, str, HttpResponse | HttpError]]:
    """Returns method, URL and outcome of each recorded request, in their order."""
    recorded = data.decode(_Har, data.parse(path.read_text(encoding="utf-8-sig")))
    return [(entry.request.method, entry.request.url, _outcome(entry.response)) for entry in recorded.log.entries]


def _outcome(response: _HarResponse) -> HttpResponse | HttpError:
    # Status 0 is how recorders note that there was no response.
    if response.status == 0:
        return HttpError(HttpErrorKind.UNREACHABLE, "as recorded")
    body = response.content.text
    if response.content.encoding == "base64":
        body = base64.b64decode(body).decode("utf-8", errors="replace")
    return HttpResponse(response.status, [(header.name.lower(), header.value) for header in response.headers], body)
