"""The profile of a plugin, most of it from its `pyproject.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .context import CrmRecord
from .properties import Properties, present


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Who publishes a plugin and answers for it."""

    name: str
    """Name of the company."""
    website: str | None = None
    """Its web site."""
    privacy_policy: str | None = None
    """Its privacy policy."""
    support_email: str | None = None
    """Mail address for support."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the plugin says of itself, for connectors, operators and people."""

    title: str
    """The partner's name as sellers know it, at most 20 characters."""
    description: str
    """What the plugin adds for sellers, in one or two sentences of 30 to 500 characters together."""
    version: str
    """Version of the plugin, such as `1.4.0`."""
    publisher: Publisher
    """Who publishes it."""
    brand_color: str | None = None
    """Colour behind the icon, such as `#0f6cbd`."""
    icon: bytes | None = None
    """Icon: a square PNG of 100 to 230 pixels a side, not transparent."""
    languages: Sequence[str] = ()
    """Languages of its texts, as BCP 47 tags, its own first."""
    categories: Sequence[str] = ()
    """Categories of Power Platform, such as `Sales and CRM`: one or two."""
    example: CrmRecord | None = None
    """A record that the plugin can say something about, for trials and checks."""
    properties: Properties = field(default_factory=dict)
    """What else a catalogue may want to know, such as `Terms of use`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "properties", present(self.properties))

    @classmethod
    def from_pyproject(
        cls,
        path: Path,
        *,
        title: str | None = None,
        brand_color: str | None = None,
        icon: bytes | None = None,
        languages: Sequence[str] = (),
        categories: Sequence[str] = (),
        example: CrmRecord | None = None,
        properties: Properties | None = None,
    ) -> "Profile":
        """Reads name, version, description, the first of `authors` and `urls` from `pyproject.toml`.

        The name is the title, if none is given: `contoso-hub` becomes `Contoso Hub`. The author is the publisher, and
        the URLs `Homepage` and `Privacy` are its own. Call it as the module is loaded, which is when a component is
        built: a plugin that runs has no files. `Path(__file__).with_name("pyproject.toml")` is the project's own.
        """
        project: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        author: Mapping[str, str] = next(iter(project.get("authors", [])), {})
        urls = {re.sub(r"\W|policy", "", label.lower()): url for label, url in project.get("urls", {}).items()}
        return cls(
            title=title or _title(project["name"]),
            description=project["description"],
            version=project["version"],
            publisher=Publisher(
                name=author.get("name", ""),
                website=urls.get("homepage"),
                privacy_policy=urls.get("privacy"),
                support_email=author.get("email"),
            ),
            brand_color=brand_color,
            icon=icon,
            languages=languages,
            categories=categories,
            example=example,
            properties=properties or {},
        )


def _title(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in re.split("[-_.]", name))
