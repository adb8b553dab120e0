"""What the plugin says of itself: the rest is in `pyproject.toml`."""

from pathlib import Path

from insight_sdk import CrmRecord, Profile

PROFILE = Profile.from_pyproject(
    Path(__file__).with_name("pyproject.toml"),
    brand_color="#5c2e91",
    languages=["en", "de"],
    categories=["Sales and CRM"],
    example=CrmRecord("account", "42"),
)
