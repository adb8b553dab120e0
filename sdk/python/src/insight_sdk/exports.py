"""What a plugin exports: its functions become the classes that componentize-py looks for in the module `app`.

The names in `app` are those of the interface:

>>> RecordSummary = exports.record_summary(record_summary.answer)
>>> About = exports.about(PROFILE)

Each call runs in a sandbox of its own: what it leaves in memory is not there in the next. Modules are loaded once, as
the component is built, and every call finds what they have set up.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from . import _component
from .chat import ChatAnswer, ChatRequest, Skill
from .context import CallContext
from .items import (
    Activity,
    ActivityRequest,
    ContentLink,
    ContentLinkRequest,
    EmailInsight,
    EmailInsightRequest,
    Highlight,
    HighlightRequest,
    RelatedRecord,
    RelatedRecordRequest,
)
from .page import Page
from .profile import Profile

R = TypeVar("R")


def record_summary(answer: Callable[[CallContext, ActivityRequest], Page[Activity]]) -> type[object]:
    """Exports `RecordSummary`: activities around a CRM record, in the order to show."""
    return _paged(answer, _component.activity_request, "ActivityPage")


def record_details(answer: Callable[[CallContext, RelatedRecordRequest], Page[RelatedRecord]]) -> type[object]:
    """Exports `RecordDetails`: records of the partner's application that relate to a CRM record."""
    return _paged(answer, _component.related_record_request, "RelatedRecordPage")


def key_sales_info(answer: Callable[[CallContext, HighlightRequest], Page[Highlight]]) -> type[object]:
    """Exports `KeySalesInfo`: what a seller should know about a CRM record."""
    return _paged(answer, _component.highlight_request, "HighlightPage")


def email_summary(answer: Callable[[CallContext, EmailInsightRequest], Page[EmailInsight]]) -> type[object]:
    """Exports `EmailSummary`: insights on an email thread, the most important first."""
    return _paged(answer, _component.email_insight_request, "EmailInsightPage")


def email_draft(answer: Callable[[CallContext, ContentLinkRequest], Page[ContentLink]]) -> type[object]:
    """Exports `EmailDraft`: links worth adding to a reply, the best first."""
    return _paged(answer, _component.content_link_request, "ContentLinkPage")


def chat(skills: Sequence[Skill], answer: Callable[[CallContext, ChatRequest], ChatAnswer]) -> type[object]:
    """Exports `Chat`: `answer` answers questions to any of the skills."""

    class Chat:
        def skills(self) -> Any:
            return [_component.lower(skill) for skill in skills]

        def answer(self, context: Any, request: Any) -> Any:
            call = _component.call_context(context)
            return _component.answered(lambda: _component.lower(answer(call, _component.chat_request(request))))

    return Chat


def about(profile: Profile) -> type[object]:
    """Exports `About`: the profile of the plugin."""

    class About:
        def describe(self) -> Any:
            return _component.lower(profile)

    return About


def lifecycle(init: Callable[[], None]) -> type[object]:
    """Exports `Lifecycle`: work done once for all calls, from the settings.

    `init` runs as the host loads the plugin, and every call finds what it leaves in memory. What needs no settings is
    done as a module is loaded. If it raises a `Failure`, the plugin is not loaded.
    """

    class Lifecycle:
        def init(self) -> None:
            _component.initialized(init)

    return Lifecycle


def _paged(answer: Callable[[CallContext, R], Page[Any]], lift: Callable[[Any], R], page: str) -> type[object]:
    class Capability:
        def answer(self, context: Any, request: Any) -> Any:
            # The call begins here: the context takes the time.
            call = _component.call_context(context)
            return _component.answered(lambda: _component.lower_page(answer(call, lift(request)), page))

    return Capability
