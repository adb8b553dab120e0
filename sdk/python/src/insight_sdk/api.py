"""A client for a backend that speaks JSON: statuses become failures, and what may be repeated is repeated once."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, overload
from urllib.parse import quote

from . import config, data, http_client
from .context import CallContext
from .failure import (
    Failed,
    Failure,
    InvalidRequest,
    NotPermitted,
    RecordNotFound,
    SignInRequired,
    Throttled,
    Unavailable,
)
from .http_client import HttpError, HttpErrorKind, HttpRequest, HttpResponse
from .timestamp import Timestamp

T = TypeVar("T")

_PATH = re.compile(r"/[^?#\s\\]*")
# Parts that lead elsewhere, as servers read them.
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)

Param = str | int | float | bool | datetime
"""A value in a query."""
Params = Mapping[str, Param | Sequence[Param] | None]
"""A query: a sequence is written once for each value, and none leaves the name out."""

_REPEATED_METHODS = ("GET", "HEAD", "PUT", "DELETE")
_REPEATED_STATUSES = (502, 503, 504)
_NO_CONTENT = 204
# What is left for the answer after the last try.
_RESERVE = timedelta(milliseconds=50)


@dataclass(frozen=True)
class Api:
    """A backend, as one call asks it.

    >>> api = Api.from_config(context, "backend").bearer("sign-token")
    >>> envelopes = api.get("/v1/envelopes", params={"account": "42"}).json(list[Envelope])

    A `GET`, `HEAD`, `PUT` or `DELETE` that finds no backend, times out, or gets status 502, 503 or 504 without
    `Retry-After`, is sent once more if the call has time left.
    """

    context: CallContext
    """The call, whose time is what requests have."""
    base_url: str
    """What paths are appended to."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Headers of every request."""
    per_user_sign_in: bool = False
    """Whether status 401 means that the seller has to sign in, rather than that the backend refuses the plugin."""

    @classmethod
    def from_config(cls, context: CallContext, name: str, *, per_user_sign_in: bool = False) -> "Api":
        """Takes the base URL from the settings. Raises `Failed`, which names the value, if it is not set."""
        return cls(context, config.require(name), per_user_sign_in=per_user_sign_in)

    def header(self, name: str, value: str) -> "Api":
        """Adds a header."""
        return dataclasses.replace(self, headers={**self.headers, name: value})

    def bearer(self, secret: str) -> "Api":
        """Adds a secret as a bearer token. The host puts it in: the plugin never sees it."""
        return self.header("authorization", f"Bearer {{{{secret:{secret}}}}}")

    def secret_header(self, name: str, secret: str) -> "Api":
        """Adds a header that is a secret, such as `x-api-key`. The host puts it in: the plugin never sees it."""
        return self.header(name, f"{{{{secret:{secret}}}}}")

    def get(self, path: str, *segments: str, params: Params | None = None) -> "ApiRequest":
        """Prepares a `GET` of `path`, as it is, and of `segments`: each is one, whatever characters it has.

        Raises `InvalidRequest` if one of them would lead to another resource.
        """
        return self.request("GET", path, *segments, params=params)

    def delete(self, path: str, *segments: str, params: Params | None = None) -> "ApiRequest":
        """Prepares a `DELETE`."""
        return self.request("DELETE", path, *segments, params=params)

    def post(self, path: str, *segments: str, json: Any = None, params: Params | None = None) -> "ApiRequest":
        """Prepares a `POST` of a value, which may hold dataclasses, as JSON."""
        return self.request("POST", path, *segments, json=json, params=params)

    def put(self, path: str, *segments: str, json: Any = None, params: Params | None = None) -> "ApiRequest":
        """Prepares a `PUT`."""
        return self.request("PUT", path, *segments, json=json, params=params)

    def patch(self, path: str, *segments: str, json: Any = None, params: Params | None = None) -> "ApiRequest":
        """Prepares a `PATCH`."""
        return self.request("PATCH", path, *segments, json=json, params=params)

    def request(
        self, method: str, path: str, *segments: str, json: Any = None, params: Params | None = None
    ) -> "ApiRequest":
        """Prepares a request of any method."""
        path = _path(path, segments)
        headers = {"accept": "application/json", **self.headers}
        body = None
        if json is not None:
            headers.setdefault("content-type", "application/json")
            # Texts stay texts, even one that reads as the placeholder of a secret. Only texts have two braces in a row.
            body = data.dumps(json).replace("{{", "{\\u007b")
        return ApiRequest(
            self, HttpRequest(method, self.base_url.rstrip("/") + path + _query(params), headers, body), path
        )

    def all(self, requests: "Sequence[ApiRequest]") -> "Sequence[ApiRequest]":
        """Sends prepared requests side by side, waits for all, and returns them: each then has its response."""
        _send(self.context, requests)
        return requests


class ApiRequest:
    """A prepared request. It is sent when its response is asked for, and only then."""

    def __init__(self, api: Api, request: HttpRequest, path: str) -> None:
        self._api = api
        self._request = request
        self._path = path
        self._outcome: HttpResponse | HttpError | None = None

    def response(self) -> HttpResponse:
        """Returns the response if its status is 200 to 299, else raises the `Failure` that it is."""
        if self._outcome is None:
            _send(self._api.context, [self])
        assert self._outcome is not None
        if isinstance(self._outcome, HttpError):
            kind = type(self._outcome.failure())
            raise Failed(self._text(self._outcome)) if kind is Failed else Unavailable(self._text(self._outcome))
        if failure := self._failure(self._outcome):
            raise failure
        return self._outcome

    @overload
    def json(self) -> Any: ...

    @overload
    def json(self, kind: type[T]) -> T: ...

    def json(self, kind: Any = Any) -> Any:
        """Returns the body as a type (see `insight_sdk.data`), or as parsed JSON. Raises a `Failure`.

        The JSON of status 204 is none, which `Any` and unions with `None` take.
        """
        response = self.response()
        if response.status == _NO_CONTENT:
            return self._absent(kind)
        try:
            return data.decode(kind, data.parse(response.body))
        except data.DecodeError as error:
            raise Failed(self._text(error)) from None

    @overload
    def optional(self) -> Any: ...

    @overload
    def optional(self, kind: type[T]) -> T | None: ...

    def optional(self, kind: Any = Any) -> Any:
        """Returns the same as `json`, or none if the status is 404 or 204."""
        try:
            return None if self.response().status == _NO_CONTENT else self.json(kind)
        except RecordNotFound:
            return None

    def _absent(self, kind: Any) -> Any:
        try:
            return data.decode(kind, None)
        except data.DecodeError:
            raise Failed(self._text("the backend responds without content")) from None

    def _text(self, problem: object) -> str:
        return f"{self._request.method} {self._path}: {problem}"

    def _failure(self, response: HttpResponse) -> Failure | None:
        match response.status:
            case status if 200 <= status <= 299:
                return None
            case 401 if self._api.per_user_sign_in:
                return SignInRequired()
            case 401:
                return Failed(self._text("the backend refuses the credentials"))
            case 403:
                return NotPermitted()
            case 404:
                return RecordNotFound()
            case 429:
                seconds = response.header("retry-after") or ""
                return Throttled(int(seconds) if seconds.isdecimal() and len(seconds) < 10 else None)
            case status:
                text = self._text(f"the backend responds with status {status}")
                return Unavailable(text) if status == 408 or status >= 500 else Failed(text)

    def _may_be_repeated(self) -> bool:
        return self._request.method in _REPEATED_METHODS

    def _is_to_be_repeated(self) -> bool:
        match self._outcome:
            case HttpError():
                return self._may_be_repeated() and self._outcome.kind in (
                    HttpErrorKind.UNREACHABLE,
                    HttpErrorKind.TIMED_OUT,
                )
            case HttpResponse():
                is_asked_to_wait = self._outcome.header("retry-after") is not None
                return self._may_be_repeated() and self._outcome.status in _REPEATED_STATUSES and not is_asked_to_wait
        return False


def _send(context: CallContext, requests: Sequence[ApiRequest]) -> None:
    """Sends the requests side by side, then those once more that may have more luck."""
    left = context.time_left()
    # A first try may take so long that a second one has a chance.
    _try(requests, [left * 2 / 3 if request._may_be_repeated() else left - _RESERVE for request in requests])
    again = [request for request in requests if request._is_to_be_repeated()]
    left = context.time_left() - _RESERVE
    if again and left > timedelta():
        _try(again, [left] * len(again))


def _try(requests: Sequence[ApiRequest], timeouts: Sequence[timedelta]) -> None:
    prepared = [
        dataclasses.replace(request._request, timeout_ms=max(timeout // timedelta(milliseconds=1), 1))
        for request, timeout in zip(requests, timeouts, strict=True)
    ]
    for request, outcome in zip(requests, http_client.send_all(prepared), strict=True):
        request._outcome = outcome


def _path(path: str, segments: Sequence[str]) -> str:
    if any(segment in ("", ".", "..") for segment in segments):
        # It would lead to another resource than the one that is meant.
        raise InvalidRequest("an identifier is empty or dots, which cannot be a part of a path")
    if not _PATH.fullmatch(path) or any(_DOTS.fullmatch(part) for part in path.split("/")):
        raise InvalidRequest("a path begins with `/`, and has no blank, query, fragment or part of dots: see `params`")
    if not segments:
        return path
    return "/".join([path.removesuffix("/"), *(quote(segment, safe="-._~") for segment in segments)])


def _query(params: Params | None) -> str:
    pairs: list[str] = []
    for name, value in (params or {}).items():
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        pairs += [f"{quote(name, safe='')}={quote(_text(one), safe='')}" for one in values if one is not None]
    return "?" + "&".join(pairs) if pairs else ""


def _text(value: Param) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return str(Timestamp.of(value))
        case _:
            return str(value)
