import math
import unittest
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from insight_sdk import Cache, Failure, RecordNotFound, Throttled, Unavailable, key_value
from insight_sdk.http_client import HttpError, HttpErrorKind
from insight_sdk.testing import FakeHost


class CacheTest(unittest.TestCase):
    def setUp(self) -> None:
        self.host = self.enterContext(FakeHost(key_value=True))

    def get(self, fetch: Callable[[], int]) -> int:
        context = self.host.context()
        cache = Cache(context, "visits", int, fresh=timedelta(minutes=1), stale=timedelta(hours=1))
        return cache.get_or_fetch("42", fetch)

    def failing(self, error: Exception) -> Callable[[], int]:
        def fetch() -> int:
            raise error

        return fetch

    def levels(self) -> list[str]:
        return [entry.level.value for entry in self.host.logged]

    def test_a_fresh_value_is_not_fetched(self) -> None:
        self.get(lambda: 1)
        self.host.advance(timedelta(seconds=59))

        self.assertEqual(self.get(lambda: 2), 1)

    def test_an_older_one_is_fetched_and_stored(self) -> None:
        self.get(lambda: 1)
        self.host.advance(timedelta(seconds=60))

        self.assertEqual(self.get(lambda: 2), 2)
        self.assertEqual(self.get(lambda: 3), 2)

    def test_a_stale_value_stands_in_for_a_backend_that_is_down_or_busy(self) -> None:
        self.get(lambda: 1)
        self.host.advance(timedelta(hours=1))

        for error in [Unavailable("down"), Throttled(3), HttpError(HttpErrorKind.TIMED_OUT)]:
            self.assertEqual(self.get(self.failing(error)), 1)
        self.assertEqual(self.levels(), ["warn"] * 3)
        self.host.advance(timedelta(seconds=1))
        with self.assertRaises(Unavailable):
            self.get(self.failing(Unavailable("down")))

    def test_any_other_failure_is_one(self) -> None:
        self.get(lambda: 1)
        self.host.advance(timedelta(minutes=2))

        for error in [RecordNotFound(), HttpError(HttpErrorKind.OVER_QUOTA), KeyError()]:
            with self.assertRaises(type(error)):
                self.get(self.failing(error))

    def test_a_store_that_does_not_serve_is_logged_once_and_costs_nothing(self) -> None:
        with FakeHost() as self.host:
            self.assertEqual((self.get(lambda: 1), self.get(lambda: 2)), (1, 2))

        self.assertEqual(self.levels(), ["debug"] * 2, "once for each call")

    def test_a_stored_value_of_another_form_is_replaced(self) -> None:
        for text in ["", "7", '{"at":"2026-06-01T08:00:00Z","value":"text"}', '{"at":"today","value":7}']:
            key_value.set("visits/42", text, timedelta(hours=1))

            self.assertEqual(self.get(lambda: 1), 1)
            self.assertEqual(self.get(self.failing(Failure())), 1)

    def test_a_value_without_a_form_in_json_is_fetched_each_time(self) -> None:
        values: list[Any] = [math.inf, {1}]
        cache = Cache[Any](self.host.context(), "visits", Any, fresh=timedelta(minutes=1))

        self.assertEqual([cache.get_or_fetch("42", values.pop) for _ in range(2)], [{1}, math.inf])
        self.assertEqual(self.levels(), ["debug"] * 2)

    def test_a_clock_that_is_ahead_makes_nothing_old(self) -> None:
        self.get(lambda: 1)
        self.host.advance(timedelta(seconds=-5))

        self.assertEqual(self.get(lambda: 2), 1)
