"""Activities of an account; raises or never ends for the records that ask for it."""

import time

from wit_world import exports
from wit_world.exports import about as profile, record_summary as summary
from wit_world.imports import insight_types as types


class About(exports.About):
    def describe(self) -> profile.Profile:
        return profile.Profile(
            title="Probe",
            description="Answers what the tests of the toolchains ask, in Python.",
            version="0.1.0",
            publisher=profile.Publisher("Tailspin Toys", None, None, None),
            brand_color=None,
            icon=None,
            languages=["en"],
            categories=[],
            example=None,
            properties=[],
        )


class RecordSummary(exports.RecordSummary):
    def answer(self, context: types.CallContext, request: summary.ActivityRequest) -> summary.ActivityPage:
        if request.about.record_id == "trap":
            raise KeyError("nothing")
        while request.about.record_id == "loop":
            pass
        clock = f"The clock says {time.monotonic_ns()}."
        last = clock if request.about.record_id == "clock" else "A call is planned."
        texts = ["A contract was signed.", "A visit took place.", last]
        end = request.skip + request.top
        activities = [
            summary.Activity("Activity", text, context.received_at, None, []) for text in texts[request.skip : end]
        ]
        return summary.ActivityPage(activities, end < len(texts), "en")
