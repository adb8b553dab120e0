"""Properties: names and values in the order to show."""

from collections.abc import Mapping

Properties = Mapping[str, str | None]
"""Names and values in the order to show. A value that is none leaves its name out."""


def present(properties: Properties) -> dict[str, str]:
    """Returns the properties that have a value."""
    return {name: value for name, value in properties.items() if value is not None}
