import json
import unittest
from datetime import date
from pathlib import Path
from typing import Any

import insight_sdk
from insight_sdk import Locale, Timestamp

SDKS = Path(__file__).parents[3] / "sdk"


class LocaleTest(unittest.TestCase):
    def test_it_writes_what_babel_writes(self) -> None:
        locales: dict[str, Any] = json.loads((SDKS / "locale-cases.json").read_text(encoding="utf-8"))["locales"]
        for tag, cases in locales.items():
            locale = Locale(tag)
            for day, medium, long in cases["dates"]:
                written = (locale.date(date.fromisoformat(day)), locale.long_date(date.fromisoformat(day)))
                self.assertEqual(written, (medium, long), (tag, day))
            for number, digits, text in cases["numbers"]:
                self.assertEqual(locale.number(number, digits), text, (tag, number))
            for share, digits, text in cases["percents"]:
                self.assertEqual(locale.percent(share, digits), text, (tag, share))
            for amount, currency, text in cases["money"]:
                self.assertEqual(locale.money(amount, currency), text, (tag, amount, currency))
            for whole, category in cases["plurals"]:
                self.assertEqual(locale.plural_category(whole), category, (tag, whole))
        self.assertEqual(len(locales), 27)

    def test_the_excerpt_of_cldr_is_that_of_all_sdks(self) -> None:
        own = Path(insight_sdk.__file__).with_name("locales.json").read_text(encoding="utf-8")

        self.assertEqual(own, (SDKS / "locales.json").read_text(encoding="utf-8"))

    def test_the_best_of_the_plugins_languages_is_chosen(self) -> None:
        for spoken, read, chosen in [
            (["en", "de", "fr"], ["it", "fr", "de"], "fr"),
            (["en", "de"], ["de-AT"], "de"),
            (["en", "zh-Hans", "zh-Hant"], ["zh-Hant-TW"], "zh-Hant"),
            (["en", "pt-BR"], ["pt-PT", "en"], "pt-BR"),
            (["en", "De"], ["DE-at"], "De"),
            (["en", "de"], ["it", "*"], "en"),
        ]:
            self.assertEqual(Locale.choose(spoken, read).language, chosen)

    def test_texts_are_chosen_by_language_and_number(self) -> None:
        texts = {"en": "signed", "de": "unterschrieben"}

        self.assertEqual(Locale("de-AT").of(texts), "unterschrieben")
        self.assertEqual(Locale("fr").of(texts), "signed")
        self.assertEqual(Locale("en").plural(1, one="1 day", other="days"), "1 day")
        self.assertEqual(Locale("pl").plural(2, one="dzień", few="dni", other="dnia"), "dni")
        self.assertEqual(Locale("ja").plural(1, one="1 day", other="days"), "days")

    def test_numbers_have_no_error_of_floating_point_and_nought_no_sign(self) -> None:
        locale = Locale("en")

        self.assertEqual(locale.money(0.1 + 0.2, "EUR"), "€0.30")
        self.assertEqual(locale.money("100000000000000000.01", "EUR"), "€100,000,000,000,000,000.01")
        self.assertEqual(locale.number(1e22), "10,000,000,000,000,000,000,000")
        self.assertEqual(locale.number(-0.001, 2), "0.00")
        for number in [float("nan"), float("inf")]:
            with self.assertRaises(ValueError):
                locale.number(number)

    def test_an_instant_is_written_by_its_day_in_utc(self) -> None:
        midnight = Timestamp.parse("2026-05-13T01:00:00+02:00")

        self.assertEqual(Locale("de-LI").date(midnight), "12.05.2026")
        self.assertEqual(Locale("no").long_date(midnight), Locale("nb").long_date(midnight))
        self.assertEqual(Locale("tlh").date(midnight), "May 12, 2026")
