"""What the plugin says of itself, for connectors, operators and people: the rest is in `pyproject.toml`."""

from pathlib import Path

from insight_sdk import CrmRecord, Profile

PROFILE = Profile.from_pyproject(
    Path(__file__).with_name("pyproject.toml"),
    title="My Plugin",
    brand_color="#0f6cbd",
    languages=["en"],
    categories=["Sales and CRM"],
    example=CrmRecord("account", "42"),
)
