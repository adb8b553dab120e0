//! The forms of dates and numbers.

use super::data::CURRENCIES;
use super::decimal::Decimal;
use super::plural::Rules;
use crate::timestamp::Date;

/// The forms of a locale, as `sdk/README.md` explains them.
#[derive(Debug)]
pub(super) struct LocaleData {
    pub(super) tag: &'static str,
    pub(super) date: &'static str,
    pub(super) long_date: &'static str,
    /// Names of the months, with bars between.
    pub(super) months: &'static str,
    pub(super) short_months: &'static str,
    pub(super) decimal: &'static str,
    pub(super) group: &'static str,
    pub(super) grouped_from: usize,
    pub(super) number: [&'static str; 2],
    pub(super) percent: [&'static str; 2],
    pub(super) money: [&'static str; 2],
    pub(super) symbols: &'static [(&'static str, &'static str)],
    pub(super) plural: Rules,
}

/// Fills in a pattern such as `{d}. {MMMM} {y}`.
pub(super) fn date(data: &LocaleData, pattern: &str, date: Date) -> String {
    let Date { year, month, day } = date;
    let name = |names: &'static str| names.split('|').nth(usize::from(month) - 1).unwrap_or_default();
    pattern
        .replace("{d}", &day.to_string())
        .replace("{dd}", &format!("{day:02}"))
        .replace("{M}", &month.to_string())
        .replace("{MM}", &format!("{month:02}"))
        .replace("{MMM}", name(data.short_months))
        .replace("{MMMM}", name(data.months))
        .replace("{y}", &year.to_string())
}

/// Formats a number with affixes for what is positive and what is negative, in which `0` stands for its digits.
pub(super) fn number(data: &LocaleData, number: &Result<Decimal, String>, digits: usize, affixes: [&str; 2]) -> String {
    let number = match number {
        Ok(number) => number.rounded(digits),
        Err(text) => return text.clone(),
    };
    let mut shown = grouped(data, &number.whole);
    if digits > 0 {
        shown = [&*shown, data.decimal, &number.fraction].concat();
    }
    affixes[usize::from(number.negative)].replace('0', &shown)
}

/// Formats an amount of money.
pub(super) fn money(data: &LocaleData, amount: &Result<Decimal, String>, currency: &str) -> String {
    let currency = currency.to_ascii_uppercase();
    let known = CURRENCIES.iter().find(|(code, _, _)| *code == currency);
    let (general, digits) = known.map_or((&*currency, 2), |(_, symbol, digits)| (symbol, *digits));
    let own = data.symbols.iter().find(|(code, _)| *code == currency);
    let symbol = own.map_or(general, |(_, symbol)| symbol);
    // Letters stand apart from digits.
    let apart = if symbol.ends_with(char::is_alphabetic) { "\u{a0}" } else { "" };
    let affixes = data.money.map(|affix| affix.replace("¤0", &format!("¤{apart}0")));
    number(data, amount, digits, [&affixes[0], &affixes[1]]).replace('¤', symbol)
}

/// Puts separators between groups of three digits.
fn grouped(data: &LocaleData, digits: &str) -> String {
    if digits.len() < data.grouped_from {
        return digits.into();
    }
    let mut grouped = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push_str(data.group);
        }
        grouped.push(digit);
    }
    grouped
}
