#!/usr/bin/env python3
"""Writes `locales.json`, the excerpt of CLDR that the SDKs embed, and `locale-cases.json`, which their formatters pass.

    python3 -m venv /tmp/babel && /tmp/babel/bin/pip install babel==2.19.0 && /tmp/babel/bin/python sdk/locales.py

The cases are formatted by Babel and by none of the SDKs. Babel leaves out rules of CLDR, so the script helps it: with
the least number of digits that are grouped, the space between a currency's letters and a digit, and the minus sign.
"""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import babel
from babel import Locale, dates, numbers
from babel.core import get_global

BABEL, CLDR = "2.19.0", "49"
TAGS = (
    "en en-GB de de-AT de-CH fr fr-CA es es-MX it nl pt pt-PT pl cs sv da nb fi hu tr ro el uk ja zh ko"
).split()
CURRENCIES = (
    "AED AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR ISK JPY KRW KWD MXN NOK NZD PLN RON SAR SEK SGD TRY UAH"
    " USD ZAR"
).split()
# `minimumGroupingDigits` of CLDR, where it is 2: 1234, but 12.345.
GROUPED_FROM_FIVE = {"es", "hu", "it", "pl", "pt-PT"}

ROOT = Locale.parse("en_001").currency_symbols
NBSP = "\u00a0"


def locale_of(tag):
    return Locale.parse(tag.replace("-", "_"))


def date_pattern(pattern):
    """`d 'de' MMM` becomes `{d} de {MMM}`."""
    parts = re.findall(r"'([^']*)'|([a-zA-Z]+)|([^'a-zA-Z]+)", pattern)
    assert all(field in {"", "d", "dd", "M", "MM", "MMM", "MMMM", "y"} for _, field, _ in parts), pattern
    return "".join(f"{{{field}}}" if field else quoted + literal for quoted, field, literal in parts)


def affixes(pattern, locale):
    """The texts of a positive and a negative number: `0` stands for its digits, `¤` for the currency's symbol."""
    symbols = locale.number_symbols["latn"]
    signs = str.maketrans({"-": symbols["minusSign"], "%": symbols["percentSign"]})
    pairs = zip(pattern.prefix, pattern.suffix)
    return [prefix.translate(signs) + "0" + suffix.translate(signs) for prefix, suffix in pairs]


def plural_rules(locale):
    """The rules for whole numbers: categories, each a list of alternatives, each a list of conditions that all hold."""
    rules = {}
    for category in ["zero", "one", "two", "few", "many"]:
        rule = locale.plural_form.rules.get(category)
        alternatives = [conditions(text) for text in rule.split(" or ")] if rule else []
        if alternatives := [found for found in alternatives if found is not None]:
            rules[category] = alternatives
    return rules


def conditions(text):
    """The conditions of an alternative, or none if no whole number meets it."""
    found = []
    for condition in text.split(" and "):
        operand, mod, negated, listed = re.fullmatch(r"(\w)(?: mod (\d+))?( not)? in (\S+)", condition).groups()
        ranges = [[int(end) for end in (part.split("..") * 2)[:2]] for part in listed.split(",")]
        if operand in "vwftce":  # Digits of a fraction and exponents are 0.
            if any(low <= 0 <= high for low, high in ranges) == bool(negated):
                return None
            continue
        assert operand in "ni" and len(ranges) == 1, condition
        found.append({"mod": int(mod)} if mod else {})
        found[-1]["notIn" if negated else "in"] = ranges[0]
    return found


def entry(tag):
    locale = locale_of(tag)
    symbols = locale.number_symbols["latn"]
    assert symbols.get("currencyGroup", symbols["group"]) == symbols["group"]
    assert locale.decimal_formats[None].pattern == "#,##0.###"
    months = locale.months["format"]
    own = {code: locale.currency_symbols.get(code, code) for code in CURRENCIES}
    return {
        "date": date_pattern(locale.date_formats["medium"].pattern),
        "longDate": date_pattern(locale.date_formats["long"].pattern),
        "months": [months["wide"][month] for month in range(1, 13)],
        "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "groupedFrom": 5 if tag in GROUPED_FROM_FIVE else 4,
        "number": affixes(locale.decimal_formats[None], locale),
        "percent": affixes(locale.percent_formats[None], locale),
        "money": affixes(locale.currency_formats["standard"], locale),
        "symbols": {code: symbol for code, symbol in own.items() if symbol != ROOT.get(code, code)},
        "plural": plural_rules(locale),
    }


def currency(code):
    fractions = get_global("currency_fractions")
    return {"symbol": ROOT.get(code, code), "digits": fractions.get(code, fractions["DEFAULT"])[0]}


# The cases.

DATES = [date(2026, month, 5 + month) for month in range(1, 13)] + [date(2024, 2, 29), date(1999, 12, 31)]
NUMBERS = [
    ("0", 0), ("7", 0), ("999", 0), ("1000", 0), ("1234.5", 1), ("9999.995", 2), ("12345.678", 2), ("1234567.891", 3),
    ("-1234.5", 2), ("-98765", 0), ("0.125", 2), ("0.135", 2), ("2.5", 0), ("3.5", 0), ("0.05", 3),
    ("123456789012345678.99", 2),
]
PERCENTS = [("0", 0), ("0.256", 0), ("0.256", 1), ("1", 0), ("-0.125", 1), ("12.345", 0), ("123.45", 2), ("0.0045", 1)]
MONEY = ["0", "9.5", "1234.5", "-1234.56", "48000.00", "120000.005", "1234567.891"]
WHOLE = [*range(0, 30), 32, 40, 41, 99, *range(100, 126), 131, 200, 222, 1000, 1001, 1002, 21000, 999999, 1000000,
         1000001, 2000000, 3000000]


def grouped(tag, value, digits):
    whole = abs(round(Decimal(value), digits)).to_integral_value("ROUND_DOWN")
    return tag not in GROUPED_FROM_FIVE or len(str(whole)) > 4


def formatting(tag):
    """A locale to format numbers by: in a pattern, as which Babel reads separators too, an apostrophe is doubled."""
    locale = locale_of(tag)
    symbols = locale.number_symbols["latn"]
    if symbols["group"] == "'":
        symbols["group"] = "''"
    return locale


def signed(tag, text):
    """Puts the locale's minus sign in place of the hyphen that Babel leaves."""
    return text.replace("-", locale_of(tag).number_symbols["latn"]["minusSign"])


def number(tag, value, digits, pattern=None, factor=1):
    locale = formatting(tag)
    pattern = (pattern or locale.decimal_formats[None].pattern).replace(".###", "")
    pattern = pattern.replace("#,##0", "#,##0" + ("." + "0" * digits if digits else ""))
    group = grouped(tag, Decimal(value) * factor, digits)
    return signed(tag, numbers.format_decimal(Decimal(value), pattern, locale=locale, group_separator=group))


def percent(tag, value, digits):
    return number(tag, value, digits, locale_of(tag).percent_formats[None].pattern, 100)


def money(tag, amount, code):
    locale = formatting(tag)
    pattern = locale.currency_formats["standard"].pattern
    if locale.currency_symbols.get(code, code)[-1].isalpha():
        pattern = pattern.replace("¤#", f"¤{NBSP}#")
    group = grouped(tag, amount, currency(code)["digits"])
    return signed(tag, numbers.format_currency(Decimal(amount), code, pattern, locale=locale, group_separator=group))


def cases(tag):
    locale = locale_of(tag)
    return {
        "dates": [
            [day.isoformat(), dates.format_date(day, "medium", locale), dates.format_date(day, "long", locale)]
            for day in DATES
        ],
        "numbers": [[value, digits, number(tag, value, digits)] for value, digits in NUMBERS],
        "percents": [[value, digits, percent(tag, value, digits)] for value, digits in PERCENTS],
        # Every currency once, and every amount with some.
        "money": [
            [amount, code, money(tag, amount, code)]
            for number, code in enumerate([*CURRENCIES, "XYZ"])
            for amount in [MONEY[number % len(MONEY)], MONEY[(number + 3) % len(MONEY)]]
        ],
        "plurals": [[whole, locale.plural_form(whole)] for whole in WHOLE],
    }


def write(name, head, locales):
    """One property of a locale a line, so that what changes with CLDR shows as such."""

    def lines(members):
        return ",\n".join(f'"{name}": {value}' for name, value in members.items())

    def compact(value):
        return json.dumps(value, ensure_ascii=False)

    entries = {
        tag: "{\n" + lines({key: compact(value) for key, value in locale.items()}) + "}"
        for tag, locale in locales.items()
    }
    text = compact(head)[:-1] + ',\n"locales": {\n' + lines(entries)
    Path(__file__).with_name(name).write_text(text + "}}\n", encoding="utf-8")


def main():
    assert babel.__version__ == BABEL, f"Babel {BABEL} is needed"
    source = {"source": f"CLDR {CLDR}, by Babel {BABEL}"}
    currencies = {"currencies": {code: currency(code) for code in CURRENCIES}}
    write("locales.json", source | currencies, {tag: entry(tag) for tag in TAGS})
    write("locale-cases.json", source, {tag: cases(tag) for tag in TAGS})


main()
