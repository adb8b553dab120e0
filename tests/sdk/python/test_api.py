import json
import unittest
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from insight_sdk import (
    Api,
    Failed,
    Failure,
    InvalidRequest,
    NotPermitted,
    RecordNotFound,
    SignInRequired,
    Throttled,
    Timestamp,
    Unavailable,
)
from insight_sdk.api import Params
from insight_sdk.http_client import HttpErrorKind
from insight_sdk.testing import FakeHost

BACKEND = "https://api.contoso.example"


@dataclass(frozen=True)
class Visit:
    city: str


class ApiTest(unittest.TestCase):
    def setUp(self) -> None:
        self.host = self.enterContext(FakeHost(config={"backend": BACKEND}))
        self.api = Api.from_config(self.host.context(), "backend")

    def timeouts(self) -> list[int | None]:
        return [request.timeout_ms for request in self.host.sent]

    def failure_of(self, status: int, **more: Any) -> Failure:
        url = f"{BACKEND}/status/{len(self.host.sent)}"
        self.host.reply(url, status=status, **more)
        with self.assertRaises(Failure) as raised:
            self.api.get(url.removeprefix(BACKEND)).json()
        return raised.exception

    def test_a_missing_setting_is_named(self) -> None:
        with self.assertRaises(Failed) as raised:
            Api.from_config(self.host.context(), "base-url")
        self.assertIn("`base-url`", str(raised.exception))

    def test_a_reply_becomes_the_type(self) -> None:
        self.host.reply(f"{BACKEND}/visits", json=[{"city": "Linz"}])

        self.assertEqual(self.api.get("/visits").json(list[Visit]), [Visit("Linz")])

    def test_secrets_go_by_name(self) -> None:
        self.host.reply(f"{BACKEND}/visits", json=[])

        self.api.bearer("hub-token").secret_header("x-key", "hub-key").get("/visits").json()

        headers = self.host.sent[0].headers
        self.assertEqual(headers["authorization"], "Bearer {{secret:hub-token}}")
        self.assertEqual(headers["x-key"], "{{secret:hub-key}}")

    def test_path_and_query_are_encoded(self) -> None:
        api = Api(self.host.context(), f"{BACKEND}/")
        moment = Timestamp.parse("2026-05-12T08:30:00Z")
        params: Params = {"name": "A & B", "open": True, "since": moment, "id": [1, 2], "none": None}
        query = "name=A%20%26%20B&open=true&since=2026-05-12T08%3A30%3A00Z&id=1&id=2"
        self.host.reply(f"{BACKEND}/v1/acc%2Founts:all/a%2F..%3Fb/visits?{query}", json=[])

        self.assertEqual(api.get("/v1/acc%2Founts:all", "a/..?b", "visits", params=params).json(), [])

    def test_an_identifier_cannot_lead_to_another_resource(self) -> None:
        for segment in ["", ".", ".."]:
            with self.assertRaises(InvalidRequest):
                self.api.get("/v1/accounts", segment)

    def test_a_path_is_sent_as_it_is(self) -> None:
        for path, segments, sent in [
            ("/v1/visits/", [], "/v1/visits/"),
            ("/v1/visits/", ["7"], "/v1/visits/7"),
            ("/v1//visits:all", ["%2e"], "/v1//visits:all/%252e"),
            ("/", [], "/"),
            ("/", ["7"], "/7"),
        ]:
            self.host.reply(BACKEND + sent, json=sent)

            self.assertEqual(self.api.get(path, *segments).json(), sent)

    def test_a_path_that_a_server_would_read_as_another_is_refused(self) -> None:
        for path in [
            "",
            "v1",
            "/v1?x=1",
            "/v1#x",
            "/a b",
            "/a\\b",
            "/a\n",
            "/v1/./x",
            "/v1/../admin",
            "/v1/.%2E",
            "/%2e/x",
        ]:
            with self.assertRaises(InvalidRequest, msg=path):
                self.api.get(path)

    def test_a_body_is_json(self) -> None:
        self.host.reply(f"{BACKEND}/visits", method="POST", status=201, json={"city": "Graz"})

        self.assertEqual(self.api.post("/visits", json=Visit("Graz")).json(Visit), Visit("Graz"))
        self.assertEqual(self.host.sent[0].body, '{"city":"Graz"}')
        self.assertEqual(self.host.sent[0].headers["content-type"], "application/json")

    def test_a_text_in_a_body_is_no_placeholder_of_a_secret(self) -> None:
        self.host.reply(f"{BACKEND}/visits", method="POST", json=[])

        self.api.post("/visits", json={"note": {"text": "{{secret:hub-token}}{{{"}}).json()

        body = self.host.sent[0].body or ""
        self.assertNotIn("{{", body)
        self.assertEqual(json.loads(body), {"note": {"text": "{{secret:hub-token}}{{{"}})

    def test_statuses_become_failures(self) -> None:
        self.assertEqual(self.failure_of(404), RecordNotFound())
        self.assertEqual(self.failure_of(403), NotPermitted())
        self.assertEqual(self.failure_of(429), Throttled())
        self.assertEqual(self.failure_of(429, headers={"Retry-After": "7"}), Throttled(7))
        self.assertEqual(self.failure_of(429, headers={"Retry-After": "Mon, 01 Jun 2026 08:00:00 GMT"}), Throttled())
        self.assertEqual(self.failure_of(429, headers={"Retry-After": "9" * 5000}), Throttled())
        for status in [408, 500, 502, 503, 504, 599]:
            self.assertIsInstance(self.failure_of(status), Unavailable)
        for status in [302, 400, 401, 409, 418]:
            self.assertIsInstance(self.failure_of(status), Failed)

    def test_a_refused_credential_may_mean_that_the_seller_signs_in(self) -> None:
        self.host.reply(f"{BACKEND}/visits", status=401)
        api = Api.from_config(self.host.context(), "backend", per_user_sign_in=True)

        with self.assertRaises(SignInRequired):
            api.get("/visits").json()

    def test_no_record_may_be_none(self) -> None:
        self.host.reply(f"{BACKEND}/visits/1", status=404)
        self.host.reply(f"{BACKEND}/visits/2", json={"city": "Linz"})

        self.assertIsNone(self.api.get("/visits", "1").optional(Visit))
        self.assertEqual(self.api.get("/visits", "2").optional(Visit), Visit("Linz"))

    def test_no_content_is_none(self) -> None:
        self.host.reply(f"{BACKEND}/visits/7", method="DELETE", status=204)
        request = self.api.delete("/visits", "7")

        self.assertIsNone(request.json())
        self.assertIsNone(request.optional(Visit))
        with self.assertRaises(Failed) as raised:
            request.json(Visit)
        self.assertEqual(str(raised.exception), "DELETE /visits/7: the backend responds without content")

    def test_a_failure_names_method_path_and_place_and_no_data(self) -> None:
        for body, place in [
            ('{"city": 7}', "city is a whole number instead of a text"),
            ('{"city', "line 1, column 2"),
        ]:
            self.host.reply(f"{BACKEND}/visits?q=secret", body=body)
            with self.assertRaises(Failed) as raised:
                self.api.get("/visits", params={"q": "secret"}).json(Visit)
            self.assertTrue(str(raised.exception).startswith(f"GET /visits: {place}"), raised.exception)

    def test_no_response_is_the_backends_fault_or_the_plugins(self) -> None:
        for kind in HttpErrorKind:
            self.host.fail(f"{BACKEND}/{kind}", kind, "as the host says")
            is_backend = kind in (HttpErrorKind.TIMED_OUT, HttpErrorKind.UNREACHABLE)
            with self.assertRaises(Unavailable if is_backend else Failed) as raised:
                self.api.get(f"/{kind}").json()
            self.assertIn("as the host says", str(raised.exception))

    def test_what_may_be_repeated_is_sent_once_more(self) -> None:
        for status in [502, 503, 504]:
            for method in ["GET", "HEAD", "PUT", "DELETE"]:
                path = f"/{status}/{method}"
                self.host.reply(BACKEND + path, method=method, status=status)
                self.host.reply(BACKEND + path, method=method, json=[])
                self.assertEqual(self.api.request(method, path).json(), [])
        self.host.fail(f"{BACKEND}/lost", HttpErrorKind.UNREACHABLE)
        self.host.reply(f"{BACKEND}/lost", json=[])
        self.assertEqual(self.api.get("/lost").json(), [])

    def test_nothing_is_sent_a_third_time_and_nothing_else_a_second(self) -> None:
        self.host.reply(f"{BACKEND}/down", status=503)
        self.host.reply(f"{BACKEND}/wait", status=503, headers={"retry-after": "2"})
        self.host.reply(f"{BACKEND}/broken", status=500)
        self.host.reply(f"{BACKEND}/post", method="POST", status=503)
        self.host.reply(f"{BACKEND}/patch", method="PATCH", status=503)
        for request, sent in [
            (self.api.get("/down"), 2),
            (self.api.get("/wait"), 1),
            (self.api.get("/broken"), 1),
            (self.api.post("/post"), 1),
            (self.api.patch("/patch"), 1),
        ]:
            before = len(self.host.sent)
            with self.assertRaises(Unavailable):
                request.json()
            self.assertEqual(len(self.host.sent) - before, sent)

    def test_a_second_try_has_what_the_first_leaves(self) -> None:
        self.host.reply(f"{BACKEND}/slow", json=[], latency=timedelta(seconds=3))
        self.host.reply(f"{BACKEND}/slow", json=[1], latency=timedelta(seconds=1))

        self.assertEqual(self.api.get("/slow").json(), [1])
        self.assertEqual(self.timeouts(), [2666, 1284])

    def test_without_time_there_is_no_second_try(self) -> None:
        self.host.fail(f"{BACKEND}/lost", HttpErrorKind.UNREACHABLE, latency=timedelta(milliseconds=30))
        api = Api(self.host.context(time_left_ms=75), BACKEND)

        with self.assertRaises(Unavailable):
            api.get("/lost").json()
        self.assertEqual(self.timeouts(), [50])

    def test_what_is_spent_before_a_request_counts(self) -> None:
        self.host.reply(f"{BACKEND}/visits", json=[])
        self.host.reply(f"{BACKEND}/visits", method="POST", json=[])
        self.host.advance(timedelta(seconds=1))

        self.api.get("/visits").json()
        self.api.post("/visits").json()

        self.assertEqual(self.timeouts(), [2000, 2950])

    def test_several_run_side_by_side_and_each_is_repeated_by_itself(self) -> None:
        second = timedelta(seconds=1)
        self.host.reply(f"{BACKEND}/a", json="a", latency=second)
        self.host.reply(f"{BACKEND}/b", status=503, latency=second)
        self.host.reply(f"{BACKEND}/b", json="b", latency=second)
        self.host.reply(f"{BACKEND}/c", status=404, latency=second)
        before = self.host.now()

        a, b, c = self.api.all([self.api.get("/a"), self.api.get("/b"), self.api.get("/c")])

        self.assertEqual((a.json(), b.json(), c.optional()), ("a", "b", None))
        self.assertEqual(len(self.host.sent), 4)
        self.assertEqual(self.host.now() - before, 2 * second)
