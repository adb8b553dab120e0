import copy
import unittest
from datetime import UTC, datetime, timedelta, timezone

from insight_sdk import Timestamp


class TimestampTest(unittest.TestCase):
    def test_any_offset_and_fraction_is_read(self) -> None:
        for text in [
            "2026-05-12T08:30:00Z",
            "2026-05-12t08:30:00.999999999z",
            "2026-05-12T10:30:00+02:00",
            "2026-05-11T23:15:00.5-09:15",
        ]:
            self.assertEqual(str(Timestamp.parse(text)), "2026-05-12T08:30:00Z", text)

    def test_a_leap_second_is_the_one_before(self) -> None:
        self.assertEqual(str(Timestamp.parse("2016-12-31T23:59:60Z")), "2016-12-31T23:59:59Z")

    def test_what_is_impossible_is_refused(self) -> None:
        for text in [
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "2026-01-01T00:00:00Z ",
            "٢٠٢٦-01-01T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00Z",
            "",
        ]:
            with self.assertRaises(ValueError, msg=text):
                Timestamp.parse(text)

    def test_the_first_and_the_last_second_are_exact(self) -> None:
        for text, seconds in [("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799)]:
            self.assertEqual(Timestamp.parse(text).unix(), seconds)
            self.assertEqual(str(Timestamp.from_unix(seconds)), text)
        for seconds in [-62_135_596_801, 253_402_300_800, 10**15]:
            with self.assertRaises(ValueError):
                Timestamp.from_unix(seconds)

    def test_it_is_a_datetime(self) -> None:
        signed = Timestamp.parse("2026-05-12T08:30:00Z")

        later = signed + timedelta(days=20)

        self.assertIs(type(later), Timestamp)
        self.assertEqual(f"{later}", "2026-06-01T08:30:00Z")
        self.assertLess(signed, later)
        self.assertEqual(later - signed, timedelta(days=20))
        self.assertEqual(sorted([Timestamp.max, signed, Timestamp.min])[1], signed)
        self.assertEqual(copy.deepcopy(signed), signed)
        self.assertIs(type(copy.deepcopy(signed)), Timestamp)

    def test_days_are_those_of_the_calendar(self) -> None:
        evening = Timestamp.parse("2026-05-12T23:00:00Z")

        self.assertEqual(evening.days_until(Timestamp.parse("2026-05-13T01:00:00Z")), 1)
        self.assertEqual(evening.days_until(Timestamp.parse("2026-05-11T23:59:59Z")), -1)
        self.assertEqual(evening.days_until(Timestamp.parse("2026-05-12T00:00:00Z")), 0)

    def test_a_datetime_is_one_if_it_has_a_zone(self) -> None:
        vienna = datetime(2026, 5, 12, 10, 30, tzinfo=timezone(timedelta(hours=2)))

        self.assertEqual(str(Timestamp.of(vienna)), "2026-05-12T08:30:00Z")
        self.assertEqual(Timestamp.of(vienna).tzinfo, UTC)
        with self.assertRaises(ValueError):
            Timestamp.of(datetime(2026, 5, 12))
