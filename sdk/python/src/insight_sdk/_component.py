"""The boundary of a component: between the types of this package and those that componentize-py generates.

Modules of `wit_world` are there in a component only, and only those of interfaces that the plugin's world names. Their
classes are looked up by name, as each name is that of one type of the interface.
"""

import dataclasses
import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NoReturn, TypeVar

from . import _host, data
from .chat import Card, ChatAnswer, ChatRequest, InputValue, ParameterKind
from .context import CallContext, Caller, Crm, CrmRecord, EmailThread
from .failure import Failure, HostError, Throttled
from .http_client import HttpError, HttpErrorKind, HttpRequest, HttpResponse
from .items import (
    ActivityRequest,
    ContentLink,
    ContentLinkRequest,
    EmailInsightRequest,
    HighlightRequest,
    RawConversation,
    RelatedRecordRequest,
    ThreadRecord,
)
from .key_value import StoreError, StoreErrorKind
from .page import Page
from .secrets import SecretError, SecretErrorKind
from .timestamp import Timestamp

T = TypeVar("T")


@cache
def _generated() -> Mapping[str, Any]:
    """The generated types by name, and the modules of the host's interfaces by theirs."""
    found: dict[str, Any] = {"Err": importlib.import_module("componentize_py_types").Err}
    for package in ("wit_world.imports", "wit_world.exports"):
        try:
            parent = importlib.import_module(package)
        except ModuleNotFoundError:
            continue
        for entry in pkgutil.iter_modules(parent.__path__):
            module = importlib.import_module(f"{package}.{entry.name}")
            types = {
                name: kind for name, kind in vars(module).items() if getattr(kind, "__module__", "") == module.__name__
            }
            found.update(types)
            if package == "wit_world.imports":
                # Qualified where another package has an interface of the name.
                found[entry.name.removeprefix("insight_provider_")] = module
    return found


def _make(kind: str, /, **fields: Any) -> Any:
    return _generated()[kind](**fields)


def _case(variant: str, case: str, *payload: Any) -> Any:
    """Makes a case of a variant, which the interface names in kebab case."""
    return _generated()[f"{variant}_{_pascal(case)}"](*payload)


def _pascal(kebab: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in kebab.split("-"))


def _kebab_case_of(value: Any) -> str:
    """Returns the case of a generated variant: `HttpError_TimedOut` is `timed-out`."""
    pascal = type(value).__name__.split("_")[-1]
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in pascal).lstrip("-")


# What the host asks.


def _instant(text: str | None) -> Timestamp | None:
    return None if text is None else Timestamp.parse(text)


def _crm_record(raw: Any) -> CrmRecord:
    return CrmRecord(raw.record_type, raw.record_id)


def _email_thread(raw: Any) -> EmailThread:
    fields = {field.name: getattr(raw, field.name) for field in dataclasses.fields(EmailThread)}
    return EmailThread(**{**fields, "sent_at": _instant(raw.sent_at)})


def call_context(raw: Any) -> CallContext:
    """Converts the context of a call, whose time begins now."""
    kind, caller = raw.crm.kind, raw.caller
    return CallContext(
        activity_id=raw.activity_id,
        received_at=Timestamp.parse(raw.received_at),
        time_left_ms=raw.time_left_ms,
        languages=raw.languages,
        time_zone=raw.time_zone,
        crm=Crm(None if kind is None else getattr(kind, "value", _kebab_case_of(kind)), raw.crm.host),
        caller=None if caller is None else Caller(caller.tenant_id, caller.user_id, caller.user_name),
        user_agent=raw.user_agent,
        traceparent=raw.traceparent,
    )


def activity_request(raw: Any) -> ActivityRequest:
    """Converts the question of a record summary."""
    since, until = _instant(raw.since), _instant(raw.until)
    return ActivityRequest(_crm_record(raw.about), since, until, top=raw.top, skip=raw.skip)


def related_record_request(raw: Any) -> RelatedRecordRequest:
    """Converts the question of record details."""
    return RelatedRecordRequest(_crm_record(raw.about), top=raw.top, skip=raw.skip)


def highlight_request(raw: Any) -> HighlightRequest:
    """Converts the question of key sales info."""
    return HighlightRequest(_crm_record(raw.about), top=raw.top, skip=raw.skip)


def email_insight_request(raw: Any) -> EmailInsightRequest:
    """Converts the question of an email summary."""
    about = [ThreadRecord(_crm_record(record.crm_record), record.connected) for record in raw.about]
    thread = None if raw.thread is None else _email_thread(raw.thread)
    return EmailInsightRequest(raw.participants, about, thread, top=raw.top, skip=raw.skip)


def content_link_request(raw: Any) -> ContentLinkRequest:
    """Converts the question of an email draft."""
    inner = raw.conversation.value
    is_email = _kebab_case_of(raw.conversation) == "email"
    return ContentLinkRequest(
        _email_thread(inner) if is_email else RawConversation(inner.kind, inner.json),
        raw.message_id,
        raw.conversation_id,
        None if raw.about is None else _crm_record(raw.about),
        raw.prompt,
        top=raw.top,
        skip=raw.skip,
    )


def chat_request(raw: Any) -> ChatRequest:
    """Converts a question to a skill."""
    inputs: dict[str, InputValue] = {}
    for given in raw.inputs:
        is_instant = _kebab_case_of(given.value) == "instant"
        inputs[given.name] = Timestamp.parse(given.value.value) if is_instant else given.value.value
    return ChatRequest(raw.skill, inputs)


# What the plugin answers.


def lower(value: Any) -> Any:
    """Converts a value of this package to the generated type of the same name."""
    match value:
        case datetime():
            return str(Timestamp.of(value))
        case Card():
            return _card(value)
        case ParameterKind():
            return _generated()["ParameterKind"][value.name]
        case Enum():
            return value.value
        case dict():
            return [_make("Property", name=name, value=text) for name, text in value.items()]
        case list() | tuple():
            return [lower(item) for item in value]
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    if isinstance(value, ChatAnswer) and value.data is not None:
        value = dataclasses.replace(value, data=data.dumps(value.data))
    fields = {field.name: lower(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, ContentLink):
        is_known = f"ContentKind_{_pascal(value.kind)}" in _generated()
        fields["kind"] = _case("ContentKind", *([value.kind] if is_known else ["other", str(value.kind)]))
    return _make(type(value).__name__, **fields)


def _card(card: Card) -> Any:
    if card.adaptive_card is not None:
        body = _case("CardBody", "adaptive-card", data.dumps(card.adaptive_card))
    else:
        parts = {name: lower(getattr(card, name)) for name in ("logo_url", "text", "facts", "sections")}
        body = _case("CardBody", "content", _make("CardContent", **parts))
    about = {name: getattr(card, name) for name in ("title", "subtitle", "url", "url_label")}
    return _make("Card", **about, body=body)


def lower_page(page: Page[Any], name: str) -> Any:
    """Converts a page to the generated type of that name."""
    return _make(name, items=lower(list(page.items)), has_more=page.has_more, language=page.language)


def answered(answer: Callable[[], T]) -> T:
    """Returns what `answer` returns, and raises failures as the host knows them."""
    try:
        return answer()
    except Failure as failure:
        _raise(failure)
    except HostError as error:
        _raise(error.failure())


def initialized(init: Callable[[], None]) -> None:
    """Runs `init`, and raises failures as texts."""
    try:
        init()
    except (Failure, HostError) as error:
        raise _generated()["Err"](str(error) or type(error).__name__) from error


def _raise(failure: Failure) -> NoReturn:
    payload: list[Any] = []
    if isinstance(failure, Throttled):
        payload = [failure.retry_after]
    elif failure.kind in ("unavailable", "invalid-request", "failed"):
        payload = [failure.message]
    value = _case("Failure", failure.kind, *payload)
    raise _generated()["Err"](value) from failure


# What the plugin asks.


class ComponentHost:
    """The host of a component, by the interfaces that the plugin's world imports."""

    def config(self, name: str) -> str | None:
        value: str | None = _interface("config").get(name)
        return value

    def secret(self, name: str) -> str:
        secret: str = _asked(SecretError, SecretErrorKind, lambda: _interface("secrets").reveal(name))
        return secret

    def log(self, level: str, message: str, fields: Mapping[str, str]) -> None:
        log = _generated().get("log")
        if log is None:
            # The host logs what a plugin writes there, too.
            print(message, *(f"{name}={value}" for name, value in fields.items()), file=sys.stderr)
        else:
            log.write(log.Level[level.upper()], message, lower(fields))

    def send_all(self, requests: Sequence[HttpRequest]) -> list[HttpResponse | HttpError]:
        outcomes = _interface("http_client").send_all([_http_request(request) for request in requests])
        return [_http_outcome(outcome.value) for outcome in outcomes]

    def get(self, key: str) -> str | None:
        value: str | None = _asked(StoreError, StoreErrorKind, lambda: _interface("key_value").get(key))
        return value

    def set(self, key: str, value: str, ttl_seconds: int) -> None:
        _asked(StoreError, StoreErrorKind, lambda: _interface("key_value").set(key, value, ttl_seconds))

    def remove(self, key: str) -> None:
        _asked(StoreError, StoreErrorKind, lambda: _interface("key_value").remove(key))

    def monotonic(self) -> float:
        return time.monotonic()


def _interface(name: str) -> Any:
    module = _generated().get(name)
    if module is None:
        line = f"import insight:provider/{name.replace('_', '-')}@1.0.0;"
        raise RuntimeError(f"the plugin's world does not import what is called: add `{line}` to wit/plugin.wit")
    return module


def _http_request(request: HttpRequest) -> Any:
    headers = [_make("Header", name=name, value=value) for name, value in request.headers.items()]
    fields = {"method": request.method, "url": request.url, "body": request.body, "timeout_ms": request.timeout_ms}
    return _make("HttpRequest", headers=headers, **fields)


def _http_outcome(raw: Any) -> HttpResponse | HttpError:
    if type(raw).__name__.startswith("HttpError_"):
        return HttpError(HttpErrorKind(_kebab_case_of(raw)), getattr(raw, "value", ""))
    return HttpResponse(raw.status, [(header.name, header.value) for header in raw.headers], raw.body)


def _asked(error: Callable[[Any, str], Exception], kinds: Callable[[str], Any], ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except _generated()["Err"] as refused:
        raise error(kinds(_kebab_case_of(refused.value)), getattr(refused.value, "value", "")) from None


def install() -> None:
    """Makes the host of the component the present one."""
    _generated()
    _host.install(ComponentHost())
