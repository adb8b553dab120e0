"""The plugin's secrets.

Most plugins need not see them: in a header of a request the host replaces `{{secret:NAME}}`, which is what `Api.bearer`
sends. This module is for the others, such as those that sign what they send.
"""

from enum import StrEnum

from . import _host
from .failure import HostError


class SecretErrorKind(StrEnum):
    """Why a secret stays one."""

    UNKNOWN = "unknown"
    NOT_READABLE = "not-readable"
    OTHER = "other"


_SECRET_TEXTS = {
    SecretErrorKind.UNKNOWN: "a secret is not granted",
    SecretErrorKind.NOT_READABLE: "a secret may be sent, but not read",
    SecretErrorKind.OTHER: "a secret cannot be read",
}


class SecretError(HostError):
    """A secret cannot be read."""

    def __init__(self, kind: SecretErrorKind, detail: str = "") -> None:
        super().__init__(": ".join(filter(None, [_SECRET_TEXTS[kind], detail])))
        self.kind = kind
        self.detail = detail


def reveal(name: str) -> str:
    """Returns a secret that the plugin is granted to read. Raises `SecretError`."""
    return _host.current().secret(name)
