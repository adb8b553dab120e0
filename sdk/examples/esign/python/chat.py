"""Questions in the chat: what waits for signatures."""

from insight_sdk import CallContext, Card, ChatAnswer, ChatRequest, Parameter, RecordNotFound, Skill

from envelopes import Envelope, Envelopes, envelopes_named, open_ones
from wording import Wording

SKILLS = [
    Skill(
        "pending-signatures",
        "Chat about pending signatures",
        "Finds the agreements of an account that wait for signatures, who has still to sign, and when they expire.",
        [Parameter("accountName", "Name of the account, such as Fourth Coffee", required=True)],
    )
]


def answer(context: CallContext, request: ChatRequest) -> ChatAnswer:
    wording, account = Wording(context), request.text("accountName")
    try:
        pending = open_ones(envelopes_named(context, account))
    except RecordNotFound:
        return ChatAnswer(text=wording.texts["unknown"].format(account=account), language=wording.language)
    return ChatAnswer(
        cards=[card(wording, envelope) for envelope in pending],
        text=summary(wording, account, pending),
        data=Envelopes(pending),
        language=wording.language,
    )


def summary(wording: Wording, account: str, pending: list[Envelope]) -> str:
    texts = wording.texts["pending"]
    if not pending:
        return str(texts["none"].format(account=account))
    subjects = ", ".join(envelope.subject for envelope in pending)
    return wording.count(len(pending), texts, account=account, subjects=subjects)


def card(wording: Wording, envelope: Envelope) -> Card:
    return Card(
        envelope.subject,
        subtitle=wording.standing(envelope),
        url=envelope.url,
        url_label=wording.texts["open"],
        facts={
            wording.names["waitingFor"]: ", ".join(envelope.missing),
            wording.names["expires"]: wording.day(envelope.expires_at),
            wording.names["value"]: wording.value(envelope),
        },
    )
