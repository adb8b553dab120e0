import unittest
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from insight_sdk import (
    Activity,
    ActivityRequest,
    Card,
    ChatRequest,
    ContentLinkRequest,
    Crm,
    CrmKind,
    CrmRecord,
    Failed,
    HighlightRequest,
    InvalidRequest,
    Profile,
    RawConversation,
    RecordNotFound,
    Section,
    Timestamp,
    Unavailable,
)

ACCOUNT = CrmRecord("account", "42")
NOON = Timestamp.parse("2026-06-01T12:00:00Z")


class PageTest(unittest.TestCase):
    def test_a_page_holds_what_is_wanted(self) -> None:
        for top, skip, items, has_more in [(4, 3, [3, 4, 5, 6], True), (2, 8, [8, 9], False), (9, 10, [], False)]:
            page = HighlightRequest(ACCOUNT, top=top, skip=skip).page(range(10), language="de")
            self.assertEqual((page.items, page.has_more, page.language), (items, has_more, "de"))

    def test_of_a_generator_one_more_than_the_page_is_made(self) -> None:
        made = []
        request = HighlightRequest(ACCOUNT, top=2, skip=1)

        def items() -> Iterator[int]:
            for number in range(10):
                made.append(number)
                yield number

        request.page(items())

        self.assertEqual(made, [0, 1, 2, 3])

    def test_both_ends_of_a_time_belong_to_it(self) -> None:
        request = ActivityRequest(ACCOUNT, since=NOON, until=NOON)

        self.assertTrue(request.covers(NOON))
        self.assertFalse(request.covers(Timestamp.max))
        self.assertFalse(request.covers(Timestamp.min))
        self.assertTrue(ActivityRequest(ACCOUNT).covers(Timestamp.min))


class ItemTest(unittest.TestCase):
    def test_what_is_absent_is_left_out(self) -> None:
        activity = Activity("Signed", "All have signed.", NOON, properties={"Status": "Signed", "Expires": None})

        self.assertEqual(activity.properties, {"Status": "Signed"})
        self.assertEqual(Card("Title", facts={"Expires": None}).facts, {})

    def test_an_adaptive_card_is_alone(self) -> None:
        with self.assertRaises(ValueError):
            Card("Title", sections=[Section("Next", ["Sign."])], adaptive_card={"type": "AdaptiveCard"})

    def test_a_thread_is_there_if_the_conversation_is_one(self) -> None:
        self.assertIsNone(ContentLinkRequest(RawConversation("teams-chat", "{}")).thread)
        self.assertIsNotNone(ContentLinkRequest().thread)


class ChatTest(unittest.TestCase):
    request = ChatRequest("find", {"name": "Contoso", "limit": 3, "share": 0.5, "open": True, "since": NOON})

    def test_an_input_is_found_by_name_and_kind(self) -> None:
        self.assertEqual(self.request.text("name"), "Contoso")
        self.assertEqual(self.request.integer("limit"), 3)
        self.assertEqual(self.request.number("share"), 0.5)
        self.assertIs(self.request.boolean("open"), True)
        self.assertEqual(self.request.instant("since"), NOON)

    def test_one_that_is_not_filled_in_is_the_default_or_a_failure(self) -> None:
        self.assertEqual(self.request.integer("open", 10), 10)
        self.assertIsNone(self.request.text("stage", None))
        with self.assertRaises(InvalidRequest):
            self.request.text("stage")


class FailureTest(unittest.TestCase):
    def test_failures_are_equal_by_kind_and_text(self) -> None:
        self.assertEqual(Unavailable("down"), Unavailable("down"))
        self.assertNotEqual(Unavailable("down"), Failed("down"))
        self.assertEqual(RecordNotFound().kind, "record-not-found")


class CrmTest(unittest.TestCase):
    def test_only_what_is_stated_is_compared(self) -> None:
        for crm, is_it in [
            (Crm(), True),
            (Crm("dynamics365"), True),
            (Crm(host="Contoso.crm.dynamics.com"), True),
            (Crm("salesforce", "contoso.crm.dynamics.com"), False),
            (Crm("dynamics365", "fabrikam.crm.dynamics.com"), False),
        ]:
            self.assertEqual(crm.may_be(CrmKind.DYNAMICS_365, "contoso.crm.dynamics.com"), is_it)


class ProfileTest(unittest.TestCase):
    def profile(self, project: str) -> Profile:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "pyproject.toml"
            path.write_text(project, encoding="utf-8")
            return Profile.from_pyproject(path, languages=["en"])

    def test_it_is_read_from_the_project(self) -> None:
        profile = self.profile(
            """
            [project]
            name = "contoso-hub"
            version = "1.4.0"
            description = "Contracts."
            authors = [{ name = "Contoso", email = "help@contoso.example" }, { name = "Kenny" }]
            urls = { "Home-page" = "https://contoso.example", "Privacy Policy" = "https://contoso.example/privacy" }
            """
        )

        publisher = profile.publisher
        self.assertEqual((profile.title, profile.version, profile.description), ("Contoso Hub", "1.4.0", "Contracts."))
        self.assertEqual((publisher.name, publisher.support_email), ("Contoso", "help@contoso.example"))
        self.assertEqual(
            (publisher.website, publisher.privacy_policy),
            ("https://contoso.example", "https://contoso.example/privacy"),
        )

    def test_what_the_project_leaves_out_is_absent(self) -> None:
        profile = self.profile('[project]\nname = "hub"\nversion = "1"\ndescription = "Contracts."')

        self.assertEqual((profile.publisher.name, profile.publisher.website), ("", None))
