"""The host: the real one in a component, a `FakeHost` in tests, else one that grants nothing."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .http_client import HttpError, HttpRequest, HttpResponse


class Host(Protocol):
    """What a plugin may ask of the host, as the modules of this package call it."""

    def config(self, name: str) -> str | None: ...

    def secret(self, name: str) -> str: ...

    def log(self, level: str, message: str, fields: Mapping[str, str]) -> None: ...

    def send_all(self, requests: "Sequence[HttpRequest]") -> "list[HttpResponse | HttpError]": ...

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str, ttl_seconds: int) -> None: ...

    def remove(self, key: str) -> None: ...

    def monotonic(self) -> float: ...


_installed: list[Host] = []
"""The hosts that are installed, the present one last."""


def current() -> Host:
    """Returns the present host. If none is installed, that is one that grants nothing."""
    if not _installed:
        # Only tests get here: a component has its host, and no code of tests.
        from .testing import FakeHost

        return FakeHost()
    return _installed[-1]


def install(host: Host) -> None:
    """Makes `host` the present one."""
    _installed.append(host)


def uninstall(host: Host) -> None:
    """Removes the host, which brings back the one before it."""
    _installed[:] = [other for other in _installed if other is not host]


def monotonic() -> float:
    """Returns the seconds of the host's monotonic clock."""
    return _installed[-1].monotonic() if _installed else time.monotonic()
