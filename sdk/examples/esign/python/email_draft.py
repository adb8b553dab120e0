"""Links worth adding to an email: the envelopes of the account that wait for signatures."""

from insight_sdk import CallContext, ContentLink, ContentLinkRequest, Page

from envelopes import Envelope, envelopes_of, open_ones
from wording import Wording


def answer(context: CallContext, request: ContentLinkRequest) -> Page[ContentLink]:
    wording = Wording(context)
    known = envelopes_of(context, request.about) if request.about else []
    return request.page((link(wording, envelope) for envelope in open_ones(known)), wording.language)


def link(wording: Wording, envelope: Envelope) -> ContentLink:
    description = wording.texts["stillToSign"].format(missing=", ".join(envelope.missing))
    return ContentLink(envelope.url, envelope.subject, description)
