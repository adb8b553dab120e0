"""The questions of all capabilities but the chat, and the items that answer them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .context import CrmRecord, EmailThread
from .page import PagedRequest
from .properties import Properties, present
from .timestamp import Timestamp


@dataclass(frozen=True)
class ActivityRequest(PagedRequest):
    """The question of a record summary."""

    about: CrmRecord
    """The record being summarized."""
    since: Timestamp | None = None
    """Earliest activity wanted."""
    until: Timestamp | None = None
    """Latest activity wanted."""

    def covers(self, moment: datetime) -> bool:
        """Tells whether an activity of that time is wanted, `since` and `until` included."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment <= self.until)


@dataclass(frozen=True)
class Activity:
    """Something that happened around a record, for its summary."""

    title: str
    """Title of its citation card, such as `Contract signed`."""
    description: str
    """What happened, in a sentence or two."""
    date_time: datetime
    """When it happened."""
    url: str | None = None
    """Where it opens in the partner's application."""
    properties: Properties = field(default_factory=dict)
    """Details to show when the seller selects it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "properties", present(self.properties))


@dataclass(frozen=True)
class RelatedRecordRequest(PagedRequest):
    """The question of record details."""

    about: CrmRecord
    """The record being looked at."""


@dataclass(frozen=True, kw_only=True)
class RelatedRecord:
    """A record of the partner's application that relates to the one being looked at."""

    record_id: str
    """Its identifier there."""
    record_type: str
    """System name of its type, such as `contract`."""
    type_name: str
    """Name of its type for the seller, such as `Contract`."""
    type_name_plural: str
    """The same in the plural, such as `Contracts`."""
    title: str
    """Its own name, such as `Contoso 2026 Renewal`."""
    url: str | None = None
    """Where it opens in the partner's application."""
    properties: Properties = field(default_factory=dict)
    """Details. The first two are shown as key fields."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "properties", present(self.properties))


@dataclass(frozen=True)
class HighlightRequest(PagedRequest):
    """The question of key sales info."""

    about: CrmRecord
    """The record being looked at."""


@dataclass(frozen=True)
class Highlight:
    """Something a seller should know about a record."""

    description: str
    """The highlight, at most 130 characters."""
    date_time: datetime | None = None
    """When it happened."""
    url: str | None = None
    """Where to learn more in the partner's application."""
    properties: Properties = field(default_factory=dict)
    """Details to show when the seller selects it."""
    title: str | None = None
    """The partner's name and nothing else, at most 20 characters. If none, the host puts the plugin's title."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "properties", present(self.properties))


@dataclass(frozen=True)
class ThreadRecord:
    """A CRM record that an email thread is about."""

    crm_record: CrmRecord
    """The record."""
    connected: bool = False
    """Whether the seller has connected the thread to it, rather than the agent having guessed."""


@dataclass(frozen=True)
class EmailInsightRequest(PagedRequest):
    """The question of an email summary."""

    participants: Sequence[str] = ()
    """Addresses of all who take part, each once."""
    about: Sequence[ThreadRecord] = ()
    """CRM records the thread is about."""
    thread: EmailThread | None = None
    """The thread. Absent in the first version of the question."""


@dataclass(frozen=True)
class EmailInsight:
    """Something to add to the summary of an email thread."""

    text: str
    """The insight, in a sentence or two."""
    title: str | None = None
    """The partner's name and nothing else, at most 20 characters. If none, the host puts the plugin's title."""


@dataclass(frozen=True)
class RawConversation:
    """A conversation that this interface has no type for."""

    kind: str
    """Its kind, such as `teams-chat`, in lower case."""
    json: str
    """What the agent says of it, as a JSON object."""


@dataclass(frozen=True)
class ContentLinkRequest(PagedRequest):
    """The question of an email draft."""

    conversation: EmailThread | RawConversation = EmailThread()
    """The conversation to reply to."""
    message_id: str | None = None
    """Identifier of the message to reply to."""
    conversation_id: str | None = None
    """Identifier of the conversation."""
    about: CrmRecord | None = None
    """The CRM record it is about."""
    prompt: str | None = None
    """What the seller asked for, such as `Make a Proposal`."""

    @property
    def thread(self) -> EmailThread | None:
        """The email thread to reply to, if the conversation is one."""
        return self.conversation if isinstance(self.conversation, EmailThread) else None


class ContentKind(StrEnum):
    """What a link leads to, of the kinds that the host knows by name."""

    FILE = "file"
    """A file of any kind but the following."""
    WEB_PAGE = "web-page"
    """A web page."""
    WORD = "word"
    """A Word document."""
    PDF = "pdf"
    """A PDF document."""
    POWERPOINT = "powerpoint"
    """A PowerPoint presentation."""
    EXCEL = "excel"
    """An Excel workbook."""


@dataclass(frozen=True)
class ContentLink:
    """A file or page on the web, worth adding to an email."""

    url: str
    """Where it leads."""
    title: str
    """Title to show."""
    description: str
    """Description to show."""
    kind: str = ContentKind.WEB_PAGE
    """What it leads to: a `ContentKind`, or another `contentType` of the agent, which begins with `content-`."""
    icon_url: str | None = None
    """Icon to show instead of a general one."""
    properties: Properties = field(default_factory=dict)
    """Details."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "properties", present(self.properties))
