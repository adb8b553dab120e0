"""Dates, numbers, money and plurals in the seller's language, by the rules of Unicode's CLDR."""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

from . import data

T = TypeVar("T")

Number = int | float | Decimal | str
"""A number, or its decimal text, which is formatted exactly."""

_NO_BREAK_SPACE = "\u00a0"
# Enough for any number that is written out.
_EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class _Condition:
    mod: int | None = None
    is_in: tuple[int, ...] | None = field(default=None, metadata={"json": "in"})
    not_in: tuple[int, ...] | None = None

    def holds(self, number: int) -> bool:
        operand = number % self.mod if self.mod else number
        if self.not_in:
            return not self.not_in[0] <= operand <= self.not_in[1]
        return self.is_in is None or self.is_in[0] <= operand <= self.is_in[1]


@dataclass(frozen=True)
class _Rules:
    """What CLDR says of a language. In patterns, `0` stands for the digits and `¤` for the currency's symbol."""

    date: str
    long_date: str
    months: Sequence[str]
    short_months: Sequence[str]
    decimal: str
    group: str
    grouped_from: int
    number: Sequence[str]
    percent: Sequence[str]
    money: Sequence[str]
    symbols: Mapping[str, str]
    plural: Mapping[str, Sequence[Sequence[_Condition]]]


@dataclass(frozen=True)
class _Currency:
    symbol: str
    digits: int


@dataclass(frozen=True)
class _Cldr:
    currencies: Mapping[str, _Currency]
    locales: Mapping[str, _Rules]


def _read() -> _Cldr:
    text = Path(__file__).with_name("locales.json").read_text(encoding="utf-8")
    return data.decode(_Cldr, json.loads(text))


# Read as the component is built: a plugin has no files.
_CLDR = _read()
_BY_TAG = {tag.lower(): rules for tag, rules in _CLDR.locales.items()}
_BY_TAG["no"] = _BY_TAG["nb"]


@dataclass(frozen=True)
class Locale:
    """A language of the plugin, and how it writes dates and numbers.

    A region without rules of its own has those of its language, and a language without any has those of English.
    """

    language: str
    """BCP 47 tag, as the plugin writes it."""

    @classmethod
    def choose(cls, spoken: Sequence[str], read: Sequence[str]) -> "Locale":
        """Chooses the best of the languages that the plugin speaks, its own first, by those that the seller reads."""
        if not spoken:
            raise ValueError("a plugin speaks at least one language")
        found = (_best(spoken, tag) for tag in read)
        return cls(next(filter(None, found), spoken[0]))

    def of(self, texts: Mapping[str, T]) -> T:
        """Returns what stands for the language in `texts`: `locale.of({"en": "signed", "de": "unterschrieben"})`."""
        tag = _lookup(list(texts), self.language)
        return texts[tag] if tag is not None else next(iter(texts.values()))

    def date(self, moment: datetime.date) -> str:
        """Writes the day of an instant, in UTC, or a date: `May 12, 2026`."""
        return self._date(self._rules.date, moment)

    def long_date(self, moment: datetime.date) -> str:
        """Writes the same with the month's name in full: `May 12, 2026`, `12. Mai 2026`."""
        return self._date(self._rules.long_date, moment)

    def number(self, number: Number, digits: int = 0) -> str:
        """Writes a number with so many digits after the decimal point, rounded half to even: `1,234.50`."""
        return self._affixed(self._rules.number, _rounded(number, digits))

    def percent(self, share: Number, digits: int = 0) -> str:
        """Writes a share of one as percent: 0.256 is `26%`."""
        return self._affixed(self._rules.percent, _rounded(_EXACT.multiply(_decimal(share), Decimal(100)), digits))

    def money(self, amount: Number, currency: str) -> str:
        """Writes an amount in a currency by its ISO code, with as many digits as its smallest unit: `€48,000.00`."""
        known = _CLDR.currencies.get(currency, _Currency(currency, 2))
        symbol = self._rules.symbols.get(currency, known.symbol)
        patterns = self._rules.money
        if symbol[-1:].isalpha():
            patterns = [pattern.replace("¤0", f"¤{_NO_BREAK_SPACE}0") for pattern in patterns]
        return self._affixed(patterns, _rounded(amount, known.digits)).replace("¤", symbol)

    def plural(self, number: int, *, other: str, **texts: str) -> str:
        """Chooses the text for a whole number by CLDR's categories: `zero`, `one`, `two`, `few`, `many`, and `other`.

        >>> locale.plural(3, one="3 agreement", other="3 agreements")
        '3 agreements'
        """
        return texts.get(self.plural_category(number), other)

    def plural_category(self, number: int) -> str:
        """Returns the category of a whole number."""
        for category, alternatives in self._rules.plural.items():
            if any(all(condition.holds(abs(number)) for condition in conditions) for conditions in alternatives):
                return category
        return "other"

    @property
    def _rules(self) -> _Rules:
        return _rules_of(self.language)

    def _date(self, pattern: str, moment: datetime.date) -> str:
        return pattern.format_map(
            {
                "d": moment.day,
                "dd": f"{moment.day:02}",
                "M": moment.month,
                "MM": f"{moment.month:02}",
                "MMM": self._rules.short_months[moment.month - 1],
                "MMMM": self._rules.months[moment.month - 1],
                "y": moment.year,
            }
        )

    def _affixed(self, patterns: Sequence[str], number: Decimal) -> str:
        """Writes the digits into the pattern for numbers from nought, or into the one for less."""
        whole, _, fraction = f"{number.copy_abs():f}".partition(".")
        if len(whole) >= self._rules.grouped_from:
            whole = f"{int(whole):,}".replace(",", self._rules.group)
        digits = f"{whole}{self._rules.decimal}{fraction}" if fraction else whole
        return patterns[number.is_signed()].replace("0", digits)


@cache
def _rules_of(language: str) -> _Rules:
    known = (_BY_TAG.get(tag) for tag in _shortened(language))
    return next(filter(None, known), _CLDR.locales["en"])


def _decimal(number: Number) -> Decimal:
    # The text of a float is the shortest that means it.
    value = Decimal(repr(number) if isinstance(number, float) else number)
    if not value.is_finite():
        raise ValueError("not a number that can be written")
    return value


def _rounded(number: Number, digits: int) -> Decimal:
    rounded = _decimal(number).quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    # Nought has no sign, not even one that was rounded.
    return rounded or rounded.copy_abs()


def _best(spoken: Sequence[str], read: str) -> str | None:
    """Returns the tag that matches `read`, else one of the same language."""
    of_language = (tag for tag in spoken if _primary(tag) == _primary(read))
    return _lookup(spoken, read) or next(of_language, None)


def _lookup(tags: Sequence[str], wanted: str) -> str | None:
    """Looks a tag up by RFC 4647: whole, then shortened from the end step by step."""
    known = {tag.lower(): tag for tag in reversed(tags)}
    return next(filter(None, map(known.get, _shortened(wanted))), None)


def _shortened(tag: str) -> Iterator[str]:
    parts = tag.lower().split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def _primary(tag: str) -> str:
    return tag.lower().split("-")[0]
