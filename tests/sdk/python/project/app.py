"""A plugin that uses all that the SDK calls of the host. Each record id asks for one thing."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from insight_sdk import (
    Activity,
    ActivityRequest,
    Api,
    Cache,
    CallContext,
    Card,
    ChatAnswer,
    ChatRequest,
    ContentKind,
    ContentLink,
    ContentLinkRequest,
    Highlight,
    HighlightRequest,
    InvalidCrmConnection,
    Locale,
    NotPermitted,
    Page,
    Parameter,
    ParameterKind,
    Profile,
    RawConversation,
    Section,
    Skill,
    Throttled,
    Timestamp,
    config,
    exports,
    key_value,
    log,
    secrets,
)
from insight_sdk.key_value import StoreError

PREPARED: list[str] = []


@dataclass(frozen=True)
class Visits:
    visits: list[str]


def init() -> None:
    PREPARED.append(f"prepared for {config.require('backend')[:17]}")


def summary(context: CallContext, request: ActivityRequest) -> Page[Activity]:
    told = tell(context, request.about.record_id)
    return request.page([Activity(told, ", ".join(PREPARED), context.now())], language="en")


def tell(context: CallContext, asked: str) -> str:
    api = Api.from_config(context, "backend").bearer("token")
    match asked:
        case "json":
            return " ".join(api.get("/v1", "a/b", "visits", params={"q": "é&"}).json(Visits).visits)
        case "again":
            return api.get("/v1/again").json(str)
        case "all":
            a, b = api.all([api.get("/v1/a"), api.get("/v1/b")])
            return f"{a.json(str)} {b.optional(str)}"
        case "late":
            return api.get("/v1/late").json(str)
        case "cached":
            cache = Cache(context, "cached", int, fresh=timedelta(minutes=1), stale=timedelta(hours=1))
            first, second = (cache.get_or_fetch("key", lambda: api.get("/v1/count").json(int)) for _ in range(2))
            return f"{first} {second}"
        case "secret":
            return f"{secrets.reveal('token')}, {config.get('absent')}"
        case "unknown-secret":
            return secrets.reveal("other")
        case "locale":
            long_date = Locale("en").long_date(Timestamp.parse("2026-05-12T08:30:00Z"))
            return Locale("de").money("1234.5", "EUR") + long_date
        case "store":
            return stored()
        case "ungranted":
            return Api(context, "https://elsewhere.example").get("/").json(str)
        case "throttled":
            raise Throttled(7)
        case "crm":
            raise InvalidCrmConnection
        case "trap":
            raise TypeError("a fault of the plugin")
    log.warn("nothing is known", asked=asked)
    raise NotPermitted


def stored() -> str:
    key_value.set("key", "value", timedelta(seconds=60))
    value = key_value.get("key")
    key_value.remove("key")
    try:
        key_value.set("k" * 1000, "value", timedelta(seconds=60))
    except StoreError as error:
        return f"{value}, {key_value.get('key')}, {error.kind}"
    return "a key of any length"


def highlights(context: CallContext, request: HighlightRequest) -> Page[Highlight]:
    seconds = context.time_left().total_seconds()
    texts = [f"{request.about.record_type}, {context.languages[0]}, {0 < seconds <= 4}", "a second"]
    return request.page(Highlight(text, url="https://probe.example", properties={"None": None}) for text in texts)


def links(context: CallContext, request: ContentLinkRequest) -> Page[ContentLink]:
    conversation = request.conversation
    title = conversation.kind if isinstance(conversation, RawConversation) else conversation.sender or "nobody"
    kinds = [ContentKind.WEB_PAGE, ContentKind.PDF, "content-probe"]
    return request.page(ContentLink(f"https://probe.example/{kind}", title, "A link.", kind) for kind in kinds)


SKILLS = [
    Skill(
        "echo",
        "Chat about echoes",
        "Tells what it is told.",
        [
            Parameter("text", "Any text", required=True),
            Parameter("whole", "A whole number", ParameterKind.INTEGER),
            Parameter("number", "A number", ParameterKind.NUMBER),
            Parameter("flag", "Yes or no", ParameterKind.BOOLEAN),
            Parameter("since", "An instant", ParameterKind.INSTANT),
            Parameter("stage", "A stage", ParameterKind.CHOICE, choices=["Open", "Won"]),
        ],
    )
]


def echo(context: CallContext, request: ChatRequest) -> ChatAnswer:
    since = request.instant("since", None)
    inputs = [
        request.text("text"),
        request.integer("whole", 0),
        request.number("number", 0.5),
        request.boolean("flag", False),
        since and since + timedelta(days=1),
        request.text("stage", None),
    ]
    text = " ".join(str(value) for value in inputs)
    adaptive = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "of its own"}]}
    laid_out = Card("Laid out", text=text, facts={"A": "1"}, sections=[Section("Next", ["Sign."])])
    cards = [laid_out, Card("Own", adaptive_card=adaptive)]
    return ChatAnswer(cards, text=text, data=Visits([text]), language="en")


About = exports.about(Profile.from_pyproject(Path(__file__).with_name("pyproject.toml"), languages=["en", "de"]))
RecordSummary = exports.record_summary(summary)
KeySalesInfo = exports.key_sales_info(highlights)
EmailDraft = exports.email_draft(links)
Chat = exports.chat(SKILLS, echo)
Lifecycle = exports.lifecycle(init)
