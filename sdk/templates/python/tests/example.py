"""Contexts and records of the tests."""

from wit_world.imports.insight_types import CallContext, Crm, CrmRecord

CONTEXT = CallContext(
    activity_id="00000000-0000-4000-8000-000000000000",
    received_at="2026-06-01T08:00:00Z",
    time_left_ms=4000,
    languages=["en"],
    time_zone=None,
    crm=Crm(kind=None, host=None),
    caller=None,
    user_agent=None,
    traceparent=None,
)
ACCOUNT = CrmRecord("account", "42")
UNKNOWN = CrmRecord("account", "43")
