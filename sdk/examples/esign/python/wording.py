"""Sentences about envelopes, in the seller's language."""

import json
from pathlib import Path
from typing import Any

from insight_sdk import CallContext, Timestamp

from envelopes import Envelope

TEXTS: dict[str, Any] = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))


class Wording:
    """The seller's language, and the texts in it."""

    def __init__(self, context: CallContext) -> None:
        self.locale = context.locale(["en", "de"])
        self.texts = self.locale.of(TEXTS)
        self.names = self.texts["names"]

    @property
    def language(self) -> str:
        return self.locale.language

    def count(self, number: int, texts: dict[str, str], **values: object) -> str:
        """Writes the text that goes with a number."""
        return self.locale.plural(number, **texts).format(count=number, **values)

    def standing(self, envelope: Envelope) -> str:
        """Says where an envelope stands."""
        sentences, missing, total = self.texts["sentence"], envelope.missing, len(envelope.signers)
        match envelope.status:
            case "sent":
                signed = total - len(missing)
                return self.count(signed, sentences["sent"], signed=signed, total=total)
            case "signed":
                return self.count(total, sentences["signed"], total=total)
            case "declined":
                return self.count(len(missing), sentences["declined"], missing=", ".join(missing))
            case "voided":
                return str(sentences["voided"])

    def day(self, moment: Timestamp | None) -> str | None:
        """Writes the day of an instant, if there is one."""
        return self.locale.date(moment) if moment else None

    def value(self, envelope: Envelope) -> str | None:
        """Writes the value of an envelope, if it has one."""
        return self.locale.money(envelope.value.amount, envelope.value.currency) if envelope.value else None
