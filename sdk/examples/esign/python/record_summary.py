"""Activities for the summary of an account: what became of its envelopes."""

from insight_sdk import Activity, ActivityRequest, CallContext, Page

from envelopes import Envelope, envelopes_of
from wording import Wording


def answer(context: CallContext, request: ActivityRequest) -> Page[Activity]:
    wording = Wording(context)
    known = envelopes_of(context, request.about)
    wanted = [envelope for envelope in known if request.covers(envelope.changed_at)]
    wanted.sort(key=lambda envelope: envelope.changed_at, reverse=True)
    return request.page((activity(wording, envelope) for envelope in wanted), wording.language)


def activity(wording: Wording, envelope: Envelope) -> Activity:
    return Activity(
        title=envelope.subject,
        description=wording.standing(envelope),
        date_time=envelope.changed_at,
        url=envelope.url,
        properties={
            wording.names["status"]: wording.texts["status"][envelope.status],
            wording.names["sent"]: wording.day(envelope.sent_at),
            wording.names["expires"]: wording.day(envelope.expires_at),
            wording.names["value"]: wording.value(envelope),
        },
    )
