"""The cases that all three implementations answer alike: `../answers.json`."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import TestCase

from insight_sdk import (
    ActivityRequest,
    CallContext,
    ChatRequest,
    ContentLinkRequest,
    Failure,
    HighlightRequest,
    Timestamp,
    data,
)
from insight_sdk.testing import FakeHost

import about
import chat
import email_draft
import key_sales_info
import record_summary

EXAMPLE = Path(__file__).parents[2]
ANSWERS = json.loads((EXAMPLE / "answers.json").read_text(encoding="utf-8"))
NOW = Timestamp.parse(ANSWERS["now"])


def answer(context: CallContext, capability: str, request: dict[str, Any]) -> Any:
    if capability == "chat":
        inputs = {given["name"]: given["value"]["text"] for given in request["inputs"]}
        return chat.answer(context, ChatRequest(request["skill"], inputs))
    request = {name: value for name, value in request.items() if name != "conversation"}
    match capability:
        case "record-summary":
            return record_summary.answer(context, data.decode(ActivityRequest, request))
        case "key-sales-info":
            return key_sales_info.answer(context, data.decode(HighlightRequest, request))
        case "email-draft":
            return email_draft.answer(context, data.decode(ContentLinkRequest, request))
    raise AssertionError(capability)


def told(value: Any) -> Any:
    """Writes an answer by the names of the interface, without what is absent."""
    written: dict[str, Any] = {}
    for name, member in data.encode(value).items():
        match name:
            case "properties" | "facts":
                written[name] = [{"name": key, "value": text} for key, text in member.items()]
            case "items" | "cards":
                written[name] = [told(item) for item in getattr(value, name)]
            case "data" if member is not None:
                written[name] = data.dumps(member)
            case "sections":
                pass
            case _ if member is not None:
                written[name] = member
    return written


class AnswersTest(TestCase):
    maxDiff = None

    def test_each_case_is_answered(self) -> None:
        for case in ANSWERS["cases"]:
            with self.subTest(case["name"]):
                self.check(case)

    def check(self, case: dict[str, Any]) -> None:
        before = timedelta(seconds=case.get("before", 0))
        settings = {"backend": "https://api.tailspin.example"}
        with FakeHost.har(EXAMPLE / "backend.har", config=settings, key_value=True, now=str(NOW - before)) as host:
            if before:
                answer(host.context(*case["languages"]), case["capability"], case["request"])
                host.advance(before)
            host.is_offline = case["backend"] == "down"
            sent_before = len(host.sent)

            try:
                outcome = told(answer(host.context(*case["languages"]), case["capability"], case["request"]))
            except Failure as failure:
                outcome = failure.kind

        self.assertEqual(outcome, case.get("answer", case.get("failure")))
        self.assertEqual(len(host.sent) - sent_before, case["sent"])
        for request in host.sent:
            self.assertEqual(request.headers["authorization"], "Bearer {{secret:sign-token}}")

    def test_the_profile_and_the_skills_are_those_of_all(self) -> None:
        profile = {"properties": [], **told(about.PROFILE)}
        del profile["publisher"]
        publisher = told(about.PROFILE.publisher)

        self.assertEqual({**profile, "publisher": publisher}, ANSWERS["profile"])
        self.assertEqual([told(skill) for skill in chat.SKILLS], ANSWERS["skills"])

    def test_the_texts_are_those_of_all(self) -> None:
        self.assertEqual((EXAMPLE / "texts.json").read_text(), (EXAMPLE / "python" / "texts.json").read_text())
