"""JSON and the types of a plugin: what a backend sends becomes a dataclass, or an error that names the place.

A field `sent_at` stands for the property `sentAt`, unless its metadata has another name:
`field(metadata={"json": "SentAt"})`. Properties without a field are ignored. A property that is missing is the field's
default, or none if the field may be that.
"""

import dataclasses
import json
import re
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from itertools import accumulate
from math import isfinite
from typing import Any, Literal, TypeVar, Union, cast

from .timestamp import Timestamp

T = TypeVar("T")

_DEPTH = 128
# Texts, and as the first group numbers, among them those that Python adds to JSON.
_NUMBER = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN)', re.DOTALL)
# Escaped backslashes, pairs of surrogates, and as the first group half a pair, which no text of the host can hold.
_ESCAPE = re.compile(r"\\(?:\\|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2}))")
# Texts, and what is neither text nor bracket.
_NO_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\[\]{}"]++', re.DOTALL)


class DecodeError(ValueError):
    """Data that is not of its type. Names the place, and never the value."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place or 'the document'} {problem}")
        self.place = place


def parse(text: str) -> Any:
    """Parses JSON. Raises `DecodeError`, which names line and column.

    A number beyond those of 64 bits is no JSON. Half a pair of surrogates in a text becomes U+FFFD.
    """
    if _is_deep(text):
        raise DecodeError("", "is nested too deeply")
    # As long as before, so that places stay.
    text = _ESCAPE.sub(lambda escape: r"\ufffd" if escape[1] else escape[0], text)
    try:
        return json.loads(text, parse_float=_finite, parse_int=_whole, parse_constant=_finite)
    except ValueError as error:
        fault = error if isinstance(error, json.JSONDecodeError) else json.JSONDecodeError("", text, _infinite(text))
        raise DecodeError(f"line {fault.lineno}, column {fault.colno}", "is no JSON") from None


def decode(kind: type[T], value: Any) -> T:
    """Converts parsed JSON to a type: `decode(list[Envelope], value)`.

    Types are dataclasses, `str`, `bool`, `int`, `float`, `Decimal`, `Timestamp`, `date`, enums, `Literal`, `list`,
    `tuple`, `dict` with `str` as keys, unions of these with `None`, and `Any`. Raises `DecodeError` if the value is not
    of the type.
    """
    return cast(T, _decode(kind, value, ""))


def encode(value: Any) -> Any:
    """Converts a value of such a type to what `json.dumps` takes. Decoding gives the same value again."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, field)) for field, name, _, _ in _fields(type(value))}
    match value:
        case datetime():
            return str(Timestamp.of(value))
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Enum():
            return value.value
        case Mapping():
            return {key: encode(inner) for key, inner in value.items()}
        case list() | tuple():
            return [encode(inner) for inner in value]
    return value


def dumps(value: Any) -> str:
    """Writes a value of such a type as JSON, without blanks."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _is_deep(text: str) -> bool:
    """Tells whether brackets are so deep in each other that parsing might exhaust the stack, which ends the call."""
    if text.count("[") + text.count("{") <= _DEPTH:
        return False
    brackets = _NO_BRACKETS.sub("", text)
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0) > _DEPTH


def _finite(number: str) -> float:
    value = float(number)
    if not isfinite(value):
        raise ValueError
    return value


def _whole(number: str) -> int:
    _finite(number)
    return int(number)


def _infinite(text: str) -> int:
    """The place of the first number that is not finite, after JSON that is whole."""
    numbers = (token for token in _NUMBER.finditer(text) if token[1])
    return next(number.start() for number in numbers if not isfinite(float(number[1])))


def _decode(kind: Any, value: Any, place: str) -> Any:
    if kind is Any or kind is object:
        return value
    if dataclasses.is_dataclass(kind):
        return _decode_record(cast("type[Any]", kind), value, place)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return _decode_union(arguments, value, place)
    if origin is Literal:
        return _one_of(arguments, value, place)
    if origin in (list, Sequence, tuple) or kind in (list, tuple):
        inner = arguments[0] if arguments else Any
        items = [_decode(inner, item, f"{place}[{index}]") for index, item in enumerate(_typed(list, value, place))]
        return tuple(items) if tuple in (origin, kind) else items
    if origin in (dict, Mapping) or kind is dict:
        inner = arguments[1] if arguments else Any
        members = _typed(dict, value, place).items()
        # Names that are data are not told.
        return {name: _decode(inner, member, _below(place, "*")) for name, member in members}
    return _decode_scalar(kind, value, place)


def _decode_record(kind: type[Any], value: Any, place: str) -> Any:
    members = _typed(dict, value, place)
    arguments = {}
    for field, name, inner, is_required in _fields(cast(Any, kind)):
        if name in members:
            arguments[field] = _decode(inner, members[name], _below(place, name))
        elif is_required and type(None) in typing.get_args(inner):
            arguments[field] = None
        elif is_required:
            raise DecodeError(_below(place, name), "is missing")
    return kind(**arguments)


@cache
def _fields(kind: Any) -> Sequence[tuple[str, str, Any, bool]]:
    """The fields of a dataclass that it is made of: name, name in JSON, type, and whether a value is required."""
    hints = typing.get_type_hints(kind)
    fields = [field for field in dataclasses.fields(kind) if field.init]
    found = []
    for field in fields:
        has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        name = field.metadata.get("json") or _camel(field.name)
        found.append((field.name, name, hints[field.name], not has_default))
    return found


def _decode_union(kinds: tuple[Any, ...], value: Any, place: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not type(None))
    if len(kinds) == 1:
        return _decode(kinds[0], value, place)
    for kind in kinds:
        try:
            return _decode(kind, value, place)
        except DecodeError:
            continue
    raise DecodeError(place, "is of none of its types")


def _decode_scalar(kind: Any, value: Any, place: str) -> Any:
    if kind in (str, bool, int, type(None)):
        return _typed(kind, value, place)
    if kind is float:
        return float(_typed((int, float), value, place))
    if kind is Decimal:
        return _read(_decimal, _typed((str, int, float), value, place), place, "is no decimal number")
    if kind in (Timestamp, datetime):
        return _read(Timestamp.parse, _typed(str, value, place), place, "is no timestamp in RFC 3339")
    if kind is date:
        return _read(date.fromisoformat, _typed(str, value, place), place, "is no date")
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(_one_of(tuple(member.value for member in kind), value, place))
    raise TypeError(f"JSON cannot become {kind!r}")


def _typed(kind: Any, value: Any, place: str) -> Any:
    # In Python, true is an int.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise DecodeError(place, f"is {_kind_of(value)} instead of {_KINDS[kind]}")
    return value


_KINDS: dict[Any, str] = {
    str: "a text",
    bool: "a boolean",
    int: "a whole number",
    (int, float): "a number",
    (str, int, float): "a decimal number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def _kind_of(value: Any) -> str:
    return "a number" if isinstance(value, float) else _KINDS[type(value)]


def _one_of(values: tuple[Any, ...], value: Any, place: str) -> Any:
    if value not in values:
        raise DecodeError(place, "is none of its values")
    return value


def _read(read: Any, value: Any, place: str, problem: str) -> Any:
    try:
        return read(value)
    except (ValueError, InvalidOperation):
        raise DecodeError(place, problem) from None


def _decimal(value: str | int | float) -> Decimal:
    number = Decimal(str(value))
    # One of a million digits would be as slow to write.
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise ValueError
    return number


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)
