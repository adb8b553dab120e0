"""The `[config]` table of the plugin's settings: the author's values, or the operator's in their place."""

from . import _host
from .failure import Failed


def get(name: str) -> str | None:
    """Returns a value as text, if it is set."""
    return _host.current().config(name)


def require(name: str) -> str:
    """Returns a value as text. Raises `Failed`, which names the value, if it is not set."""
    value = get(name)
    if not value:
        raise Failed(f"the plugin's settings lack `{name}` in [config]")
    return value
