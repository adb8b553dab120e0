"""What is known of a call besides the question, and the records that questions name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from . import _host
from .locale import Locale
from .timestamp import Timestamp


class CrmKind(StrEnum):
    """A CRM product that the host knows by name. Others are texts, in lower case and without blanks."""

    DYNAMICS_365 = "dynamics365"
    SALESFORCE = "salesforce"


@dataclass(frozen=True)
class Crm:
    """A CRM organization. A plugin that is connected to another one raises `InvalidCrmConnection`."""

    kind: str | None = None
    """The product: a `CrmKind`, or the name of another."""
    host: str | None = None
    """Host name in lower case, such as `contoso.crm.dynamics.com`."""

    def may_be(self, kind: str, host: str) -> bool:
        """Tells whether this may be the organization of that kind and host name.

        Only what the request states is compared: a CRM without kind and host may be any. Letter case does not matter.
        """
        return self.kind in (None, kind) and (self.host is None or self.host.lower() == host.lower())


@dataclass(frozen=True)
class CrmRecord:
    """A record in the CRM."""

    record_type: str
    """Logical name of its table, in lower case, such as `account` or `opportunity`. Custom tables occur."""
    record_id: str
    """Its identifier in the CRM."""


@dataclass(frozen=True)
class Caller:
    """The seller, by the identifiers of Microsoft Entra."""

    tenant_id: str
    """Tenant (`tid`)."""
    user_id: str
    """User within the tenant (`oid`)."""
    user_name: str | None = None
    """Sign-in name, if it is known and granted. It may change: identify users by their id."""


@dataclass(frozen=True)
class EmailThread:
    """An email thread. Whatever the agent leaves out is absent or empty."""

    subject: str | None = None
    """Subject line."""
    text_body: str | None = None
    """The whole thread as plain text, earlier messages included."""
    html_body: str | None = None
    """The whole thread as HTML, earlier messages included."""
    sender: str | None = None
    """Address of the sender."""
    to: Sequence[str] = ()
    """Addresses of the recipients."""
    cc: Sequence[str] = ()
    """Addresses of those who receive a copy."""
    bcc: Sequence[str] = ()
    """Addresses of those who receive a blind copy."""
    sent_at: Timestamp | None = None
    """When the message was sent."""
    message_id: str | None = None
    """Identifier of the message in Microsoft Graph."""
    conversation_id: str | None = None
    """Identifier of the thread in Microsoft Graph."""


@dataclass(frozen=True, kw_only=True)
class CallContext:
    """What is known of a call besides the question."""

    activity_id: str
    """Names the request in every log, the agent's included."""
    received_at: Timestamp
    """When the request reached the host."""
    time_left_ms: int
    """Milliseconds left for the call as it begins. The host ends a call that takes longer."""
    languages: Sequence[str]
    """Languages the seller reads, as BCP 47 tags such as `de-AT`, best first."""
    time_zone: str | None = None
    """The seller's time zone by its IANA name, such as `Europe/Vienna`, if it is known."""
    crm: Crm = Crm()
    """The CRM the seller works with, as far as the request says."""
    caller: Caller | None = None
    """Who asks, if that is known and the plugin is granted to know it."""
    user_agent: str | None = None
    """The calling software, such as `sales-copilot`."""
    traceparent: str | None = None
    """W3C trace context."""
    began: float = field(default_factory=_host.monotonic, repr=False, compare=False)
    """Monotonic clock as the call began."""

    def now(self) -> Timestamp:
        """Returns the present, which is when the request reached the host: the same in all of a call."""
        return self.received_at

    def time_left(self) -> timedelta:
        """Returns how much of the call's time is left at this moment, by the clock."""
        spent = timedelta(seconds=max(_host.monotonic() - self.began, 0))
        return max(timedelta(milliseconds=self.time_left_ms) - spent, timedelta())

    def locale(self, languages: Sequence[str]) -> Locale:
        """Chooses, of the languages of a plugin, the one that this seller reads best.

        `languages` are BCP 47 tags, the plugin's own first: that one is chosen if the seller reads none of them.
        """
        return Locale.choose(languages, self.languages)
