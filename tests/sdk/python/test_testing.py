import json
import unittest
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from insight_sdk import config, http_client, key_value, log, secrets
from insight_sdk.http_client import HttpError, HttpErrorKind, HttpRequest
from insight_sdk.key_value import StoreError, StoreErrorKind
from insight_sdk.secrets import SecretError
from insight_sdk.testing import FakeHost, LogEntry

URL = "https://api.contoso.example/visits"
SECOND = timedelta(seconds=1)


def body_of(request: HttpRequest) -> str:
    return http_client.send(request).body


class FakeHostTest(unittest.TestCase):
    def kind_of(self, request: HttpRequest) -> HttpErrorKind:
        with self.assertRaises(HttpError) as raised:
            http_client.send(request)
        return raised.exception.kind

    def test_nothing_is_granted_unless_a_test_says_so(self) -> None:
        hosts: list[AbstractContextManager[object]] = [nullcontext(), FakeHost()]
        for host in hosts:
            with host:
                self.assertIsNone(config.get("region"))
                self.assertRaises(SecretError, secrets.reveal, "token")
                self.assertRaises(StoreError, key_value.get, "token")
                self.assertEqual(self.kind_of(HttpRequest("GET", URL)), HttpErrorKind.NOT_GRANTED)
        log.info("nobody listens")

    def test_replies_are_given_in_turn(self) -> None:
        with FakeHost() as host:
            host.reply(URL, body="first", headers={"X-Page": "1"})
            host.reply(URL, json=["second"])
            host.reply(URL, method="POST", body="posted")

            self.assertEqual(http_client.send(HttpRequest("GET", URL)).header("X-PAGE"), "1")
            self.assertEqual([body_of(HttpRequest("GET", URL)) for _ in range(2)], ['["second"]'] * 2)
            self.assertEqual(body_of(HttpRequest("POST", URL)), "posted")
            self.assertEqual(len(host.sent), 4)

    def test_a_latency_longer_than_the_timeout_or_the_call_is_timed_out(self) -> None:
        with FakeHost() as host:
            host.reply(URL, latency=3 * SECOND)
            host.context(time_left_ms=4000)

            self.assertEqual(self.kind_of(HttpRequest("GET", URL, timeout_ms=1500)), HttpErrorKind.TIMED_OUT)
            self.assertEqual(str(host.now()), "2026-06-01T08:00:01Z")
            self.assertEqual(self.kind_of(HttpRequest("GET", URL)), HttpErrorKind.TIMED_OUT)
            self.assertEqual(str(host.now()), "2026-06-01T08:00:04Z")

    def test_the_time_of_a_call_passes_by_the_hosts_clock(self) -> None:
        with FakeHost(now="2026-01-01T00:00:00Z") as host:
            context = host.context("de", "en", time_left_ms=1000)
            host.advance(SECOND / 4)

            self.assertEqual(context.time_left(), SECOND * 3 / 4)
            self.assertEqual((str(context.now()), list(context.languages)), ("2026-01-01T00:00:00Z", ["de", "en"]))
            host.advance(SECOND)
            self.assertEqual(context.time_left(), timedelta())

    def test_entries_expire(self) -> None:
        with FakeHost(key_value=True) as host:
            key_value.set("token", "t", SECOND)
            self.assertEqual(key_value.get("token"), "t")
            host.advance(SECOND)
            self.assertIsNone(key_value.get("token"))
            host.advance(-5 * SECOND)
            self.assertIsNone(key_value.get("absent"))
            key_value.set("token", "t", SECOND)
            key_value.remove("token")
            self.assertIsNone(key_value.get("token"))
        with FakeHost(), self.assertRaises(StoreError) as raised:
            key_value.set("token", "t", SECOND)
        self.assertEqual(raised.exception.kind, StoreErrorKind.NOT_GRANTED)

    def test_log_config_and_secrets(self) -> None:
        with FakeHost(config={"region": "emea"}, secrets={"token": "t"}) as host:
            log.warn("backend refused", status=503)

            self.assertEqual((config.get("region"), secrets.reveal("token")), ("emea", "t"))
            self.assertEqual(host.logged, [LogEntry(log.Level.WARN, "backend refused", {"status": "503"})])

    def test_a_backend_can_be_out_of_reach(self) -> None:
        with FakeHost() as host:
            host.reply(URL)
            host.is_offline = True
            self.assertEqual(self.kind_of(HttpRequest("GET", URL)), HttpErrorKind.UNREACHABLE)
            host.is_offline = False
            self.assertEqual(http_client.send(HttpRequest("GET", URL)).status, 200)

    def test_recorded_replies_are_given(self) -> None:
        def entry(status: int, content: dict[str, str]) -> dict[str, object]:
            response = {"status": status, "headers": [{"name": "X-Page", "value": "1"}], "content": content}
            return {"request": {"method": "GET", "url": URL}, "response": response, "time": 900}

        entries = [entry(200, {"text": "eyJhIjoi4oKsIn0=", "encoding": "base64"}), entry(204, {}), entry(0, {})]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "backend.har"
            path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
            with FakeHost.har(path) as host:
                response = http_client.send(HttpRequest("GET", URL))
                self.assertEqual((response.body, response.header("x-page")), ('{"a":"€"}', "1"))
                self.assertEqual(http_client.send(HttpRequest("GET", URL)).status, 204)
                self.assertEqual(self.kind_of(HttpRequest("GET", URL)), HttpErrorKind.UNREACHABLE)
                self.assertEqual(str(host.now()), "2026-06-01T08:00:00Z")
