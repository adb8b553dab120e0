"""Skills, which are the questions that a plugin answers in the chat, and the cards that answer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar, overload

from .failure import InvalidRequest
from .properties import Properties, present
from .timestamp import Timestamp

T = TypeVar("T")

_NO_DEFAULT = object()

InputValue = str | int | float | bool | Timestamp
"""The value of a parameter: a text or a choice is a `str`, an instant a `Timestamp`."""


class ParameterKind(StrEnum):
    """The kind of a parameter."""

    TEXT = "text"
    """Text."""
    INTEGER = "integer"
    """A whole number of 32 bits."""
    NUMBER = "number"
    """A number with a fraction."""
    BOOLEAN = "boolean"
    """Yes or no."""
    INSTANT = "instant"
    """An instant."""
    CHOICE = "choice"
    """One of the parameter's choices."""


@dataclass(frozen=True)
class Parameter:
    """Something a skill needs to know."""

    name: str
    """Name in camel case, such as `accountName`."""
    description: str
    """What it is. The agent decides by this what to fill in."""
    kind: ParameterKind = ParameterKind.TEXT
    """Its kind."""
    required: bool = False
    """Whether the skill needs it. The host refuses questions without it."""
    choices: Sequence[str] = ()
    """What may be chosen, for a `CHOICE`."""


@dataclass(frozen=True)
class Skill:
    """A question that the plugin can answer."""

    name: str
    """Names it in URLs: lower-case kebab, such as `key-stakeholders`."""
    title: str
    """Title for people, such as `Chat about key stakeholders`."""
    description: str
    """What it answers. The agent decides by this whether to use it."""
    parameters: Sequence[Parameter] = ()
    """What it needs to know."""


@dataclass(frozen=True)
class ChatRequest:
    """A question to a skill.

    The methods return the value of a parameter. Without a default, they raise `InvalidRequest` if it is not filled in,
    which the host does not let happen where the parameter is required.
    """

    skill: str
    """Name of the skill."""
    inputs: Mapping[str, InputValue] = field(default_factory=dict)
    """Values of its parameters, by name; those not filled in are left out."""

    @overload
    def text(self, name: str) -> str: ...

    @overload
    def text(self, name: str, default: T) -> str | T: ...

    def text(self, name: str, default: Any = _NO_DEFAULT) -> Any:
        """Returns the value of a text or a choice."""
        return self._input(name, str, default)

    @overload
    def integer(self, name: str) -> int: ...

    @overload
    def integer(self, name: str, default: T) -> int | T: ...

    def integer(self, name: str, default: Any = _NO_DEFAULT) -> Any:
        """Returns the value of a whole number."""
        return self._input(name, int, default)

    @overload
    def number(self, name: str) -> float: ...

    @overload
    def number(self, name: str, default: T) -> float | T: ...

    def number(self, name: str, default: Any = _NO_DEFAULT) -> Any:
        """Returns the value of a number."""
        return self._input(name, float, default)

    @overload
    def boolean(self, name: str) -> bool: ...

    @overload
    def boolean(self, name: str, default: T) -> bool | T: ...

    def boolean(self, name: str, default: Any = _NO_DEFAULT) -> Any:
        """Returns the value of a boolean."""
        return self._input(name, bool, default)

    @overload
    def instant(self, name: str) -> Timestamp: ...

    @overload
    def instant(self, name: str, default: T) -> Timestamp | T: ...

    def instant(self, name: str, default: Any = _NO_DEFAULT) -> Any:
        """Returns the value of an instant."""
        return self._input(name, Timestamp, default)

    def _input(self, name: str, kind: type[Any], default: Any) -> Any:
        value = self.inputs.get(name)
        if type(value) is kind:
            return value
        if default is _NO_DEFAULT:
            raise InvalidRequest(f"the parameter `{name}` is not filled in")
        return default


@dataclass(frozen=True)
class Section:
    """Bullet points below a title."""

    title: str
    """Title of at most three words."""
    bullets: Sequence[str]
    """One to five bullet points."""


@dataclass(frozen=True)
class Card:
    """A card about one record or topic, which the host lays out, unless it is an Adaptive Card of its own."""

    title: str
    """Title, such as the name of the record."""
    subtitle: str | None = None
    """Line below the title."""
    url: str | None = None
    """Where the record or topic opens in the partner's application."""
    url_label: str | None = None
    """Text of the button that opens it, such as `Open contract`."""
    text: str | None = None
    """One paragraph."""
    facts: Properties = field(default_factory=dict)
    """Table of names and values."""
    sections: Sequence[Section] = ()
    """Bullet points."""
    logo_url: str | None = None
    """Logo to show above the title."""
    adaptive_card: Mapping[str, Any] | None = None
    """An Adaptive Card of version 1.5 in place of text, facts, sections and logo."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", present(self.facts))
        if self.adaptive_card is not None and (self.text or self.facts or self.sections or self.logo_url):
            raise ValueError("a card with an Adaptive Card has no text, facts, sections and logo")


@dataclass(frozen=True)
class ChatAnswer:
    """The answer of a skill."""

    cards: Sequence[Card] = ()
    """Cards in the order to show. None means that nothing was found, unless there is text or data."""
    text: str | None = None
    """The answer in words, for agents that read rather than show cards."""
    data: Any = None
    """The same as JSON, which may hold dataclasses: an object, for agents that reason over it."""
    language: str | None = None
    """Language of the texts, as a BCP 47 tag."""
