"""The host's log, which adds the plugin and the activity id. Needs no grant.

Facts belong in fields, so that messages stay constant:

>>> warn("backend refused", status=503, attempt=2)
"""

from enum import StrEnum

from . import _host


class Level(StrEnum):
    """How much an entry matters."""

    TRACE = "trace"
    """A detail of a step."""
    DEBUG = "debug"
    """A step."""
    INFO = "info"
    """A change of state."""
    WARN = "warn"
    """Something the operator should know."""
    ERROR = "error"
    """Something the operator must act on."""


def write(level: Level, message: str, /, **fields: object) -> None:
    """Writes an entry."""
    _host.current().log(level, message, {name: str(value) for name, value in fields.items()})


def trace(message: str, /, **fields: object) -> None:
    """Writes a detail of a step."""
    write(Level.TRACE, message, **fields)


def debug(message: str, /, **fields: object) -> None:
    """Writes a step."""
    write(Level.DEBUG, message, **fields)


def info(message: str, /, **fields: object) -> None:
    """Writes a change of state."""
    write(Level.INFO, message, **fields)


def warn(message: str, /, **fields: object) -> None:
    """Writes something the operator should know."""
    write(Level.WARN, message, **fields)


def error(message: str, /, **fields: object) -> None:
    """Writes something the operator must act on."""
    write(Level.ERROR, message, **fields)
