import json
import unittest
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from insight_sdk import Timestamp, data


class Stage(Enum):
    OPEN = "open"
    WON = "won"


@dataclass(frozen=True)
class Line:
    text: str
    amount: Decimal


@dataclass(frozen=True)
class Deal:
    id: int
    closes_at: Timestamp
    stage: Stage
    lines: Sequence[Line]
    owner: str | None
    ratio: float = 1.0
    tags: tuple[str, ...] = ()
    kind: Literal["new", "renewal"] = "new"
    counts: Mapping[str, int] = field(default_factory=dict)
    due: date | None = None
    other: int | str = 0
    named: bool = field(default=False, metadata={"json": "IsNamed"})


JSON = {
    "id": 7,
    "closesAt": "2026-05-12T08:30:00Z",
    "stage": "won",
    "lines": [{"text": "Beans", "amount": "10.50"}],
    "owner": None,
    "ratio": 0.5,
    "tags": ["a", "b"],
    "kind": "renewal",
    "counts": {"x": 1},
    "due": "2026-06-01",
    "other": "text",
    "IsNamed": True,
}
DEAL = Deal(
    7,
    Timestamp.parse("2026-05-12T08:30:00Z"),
    Stage.WON,
    [Line("Beans", Decimal("10.50"))],
    None,
    0.5,
    ("a", "b"),
    "renewal",
    {"x": 1},
    date(2026, 6, 1),
    "text",
    True,
)


class DataTest(unittest.TestCase):
    def test_json_becomes_a_dataclass_and_json_again(self) -> None:
        self.assertEqual(data.decode(Deal, JSON), DEAL)
        self.assertEqual(data.encode(DEAL), JSON)
        self.assertEqual(data.decode(Deal, data.parse(data.dumps(DEAL))), DEAL)

    def test_what_is_absent_is_the_default_or_none(self) -> None:
        least = {"id": 7, "closesAt": "2026-05-12T08:30:00Z", "stage": "open", "lines": [], "unknown": 1}

        deal = data.decode(Deal, least)

        self.assertEqual((deal.owner, deal.ratio, deal.tags, deal.due), (None, 1.0, (), None))

    def test_what_does_not_fit_is_named_by_its_place_and_not_by_its_value(self) -> None:
        lines = [{"text": "Beans", "amount": "10.50"}, {"text": "Beans", "amount": "secret"}]
        changes: list[tuple[dict[str, object], str]] = [
            ({"id": "secret"}, "id is a text instead of a whole number"),
            ({"id": True}, "id is a boolean instead of a whole number"),
            ({"closesAt": "secret"}, "closesAt is no timestamp in RFC 3339"),
            ({"stage": "secret"}, "stage is none of its values"),
            ({"lines": lines}, "lines[1].amount is no decimal number"),
            ({"lines": [{"text": "", "amount": "1e999999"}]}, "lines[0].amount is no decimal number"),
            ({"lines": None}, "lines is null instead of a list"),
            ({"counts": {"secret": "secret"}}, "counts.* is a text instead of a whole number"),
            ({"kind": "secret"}, "kind is none of its values"),
            ({"other": []}, "other is of none of its types"),
        ]
        for change, problem in changes:
            with self.assertRaises(data.DecodeError) as raised:
                data.decode(Deal, {**JSON, **change})
            self.assertEqual(str(raised.exception), problem)
        with self.assertRaises(data.DecodeError) as raised:
            data.decode(Deal, {})
        self.assertEqual(str(raised.exception), "id is missing")

    def test_text_that_is_no_json_is_named_by_its_place(self) -> None:
        with self.assertRaises(data.DecodeError) as raised:
            data.parse('{"a": 1,\n oops}')
        self.assertEqual(str(raised.exception), "line 2, column 2 is no JSON")
        for text in ["", "[" * 100_000]:
            with self.assertRaises(data.DecodeError):
                data.parse(text)

    def test_a_number_that_is_not_finite_is_no_json(self) -> None:
        for number in ["1e999", "-1e999", "NaN", "-Infinity", "1e999-5", "1" * 400, "1" * 5000]:
            with self.assertRaises(data.DecodeError) as raised:
                data.parse('{"1e999": [1.5e3, true,\n ' + number + "]}")
            self.assertEqual(str(raised.exception), "line 2, column 2 is no JSON")
        self.assertEqual(data.parse("[1e308, 9007199254740993]"), [1e308, 9007199254740993])

    def test_half_a_pair_of_surrogates_becomes_the_replacement_character(self) -> None:
        for escaped, text in [
            (r"\ud800", "\ufffd"),
            (r"\uDFFFa", "\ufffda"),
            (r"\ud83d\ud83d\ude00", "\ufffd😀"),
            (r"\\ud800", r"\ud800"),
        ]:
            parsed = data.parse(f'{{"{escaped}": "{escaped}"}}')

            self.assertEqual(parsed, {text: text})

    def test_brackets_that_would_exhaust_the_stack_are_refused(self) -> None:
        for text in ["[" * 100_000, "[" * 1000 + "]" * 1000, '{"a":' * 1000 + "1" + "}" * 1000]:
            with self.assertRaises(data.DecodeError) as raised:
                data.parse(text)
            self.assertEqual(str(raised.exception), "the document is nested too deeply")
        brackets = "[{" * 1000
        self.assertEqual(
            data.parse(json.dumps([brackets, f'\\"{brackets}', [[]] * 1000])), [brackets, f'\\"{brackets}', [[]] * 1000]
        )
        self.assertEqual(len(data.parse("[" * 128 + "]" * 128)), 1)
        with self.assertRaises(data.DecodeError):
            data.parse("[" * 129 + "]" * 129)

    def test_any_and_generic_types_are_taken(self) -> None:
        anything: Any = {"a": [1, None]}

        self.assertEqual(data.decode(Any, anything), anything)
        self.assertEqual(data.decode(dict[str, list[float]], {"a": [1]}), {"a": [1.0]})
        self.assertEqual(data.decode(list[Line], []), [])
