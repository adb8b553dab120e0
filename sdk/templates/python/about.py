"""What the plugin says of itself, for connectors, operators and people."""

from wit_world import exports
from wit_world.exports.about import Profile, Publisher
from wit_world.imports.insight_types import CrmRecord


class About(exports.About):
    def describe(self) -> Profile:
        return Profile(
            title="My Plugin",
            description="Shows sellers the latest orders of an account, and where each of them stands.",
            version="0.1.0",
            publisher=Publisher(
                name="Contoso Ltd.",
                website="https://contoso.example",
                privacy_policy="https://contoso.example/privacy",
                support_email="support@contoso.example",
            ),
            brand_color="#0f6cbd",
            icon=None,
            languages=["en"],
            categories=["Sales and CRM"],
            example=CrmRecord("account", "42"),
            properties=[],
        )
