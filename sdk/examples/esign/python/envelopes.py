"""The envelopes of an account: agreements that are sent to be signed."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from insight_sdk import Api, Cache, CallContext, CrmRecord, Timestamp


@dataclass(frozen=True)
class Signer:
    name: str
    signed_at: Timestamp | None


@dataclass(frozen=True)
class Value:
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Envelope:
    id: str
    subject: str
    status: Literal["sent", "signed", "declined", "voided"]
    sent_at: Timestamp
    changed_at: Timestamp
    expires_at: Timestamp | None
    signers: list[Signer]
    value: Value | None
    url: str

    @property
    def missing(self) -> list[str]:
        """The names of those who have not signed."""
        return [signer.name for signer in self.signers if signer.signed_at is None]


@dataclass(frozen=True)
class Envelopes:
    envelopes: list[Envelope]


def envelopes_of(context: CallContext, record: CrmRecord) -> list[Envelope]:
    """Returns the envelopes of an account; none of records that are no accounts."""
    return _fetch(context, "account", record.record_id) if record.record_type == "account" else []


def envelopes_named(context: CallContext, name: str) -> list[Envelope]:
    """Returns the envelopes of the account of this name."""
    return _fetch(context, "accountName", name)


def open_ones(envelopes: list[Envelope]) -> list[Envelope]:
    """Returns the envelopes that wait for signatures, the one that expires soonest first."""
    waiting = [envelope for envelope in envelopes if envelope.status == "sent"]
    return sorted(waiting, key=lambda envelope: envelope.expires_at or Timestamp.max)


def _fetch(context: CallContext, key: str, value: str) -> list[Envelope]:
    api = Api.from_config(context, "backend").bearer("sign-token")
    cache = Cache(context, "envelopes", Envelopes, fresh=timedelta(seconds=60), stale=timedelta(hours=1))
    request = api.get("/v1/envelopes", params={key: value})
    return cache.get_or_fetch(f"{key}={value}", lambda: request.json(Envelopes)).envelopes
