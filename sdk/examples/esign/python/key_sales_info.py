"""Key sales info of an account: what expires soon, and what was signed lately."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from insight_sdk import CallContext, Highlight, HighlightRequest, Page, Timestamp

from envelopes import Envelope, envelopes_of, open_ones
from wording import Wording

SOON = timedelta(days=14)
LATELY = timedelta(days=90)


def answer(context: CallContext, request: HighlightRequest) -> Page[Highlight]:
    wording, now = Wording(context), context.now()
    known = envelopes_of(context, request.about)
    highlights = [*expiring(wording, known, now), *totals(wording, known, now)]
    return request.page(highlights, wording.language)


def expiring(wording: Wording, known: list[Envelope], now: Timestamp) -> Iterator[Highlight]:
    """Makes a highlight of each open envelope that expires soon."""
    for envelope in open_ones(known):
        expires, count = envelope.expires_at, len(envelope.missing)
        if expires and now <= expires <= now + SOON:
            text = wording.texts["expires"]
            yield Highlight(
                wording.count(count, text, subject=envelope.subject, date=wording.day(expires)),
                date_time=expires,
                url=envelope.url,
                properties={
                    wording.names["waitingFor"]: ", ".join(envelope.missing),
                    wording.names["value"]: wording.value(envelope),
                },
            )


def totals(wording: Wording, known: list[Envelope], now: Timestamp) -> Iterator[Highlight]:
    """Makes a highlight of what was signed lately, in each currency."""
    amounts: dict[str, list[Decimal]] = {}
    for envelope in known:
        if envelope.status == "signed" and envelope.value and envelope.changed_at >= now - LATELY:
            amounts.setdefault(envelope.value.currency, []).append(envelope.value.amount)
    for currency, values in sorted(amounts.items()):
        money = wording.locale.money(sum(values), currency)
        yield Highlight(wording.count(len(values), wording.texts["total"], money=money))
