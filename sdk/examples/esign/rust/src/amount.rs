//! Amounts of money, which are added up without the error of binary fractions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The digits after the point. No currency has smaller units.
const DIGITS: usize = 4;

/// An amount, as the decimal text that the backend tells, such as `48000.00`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount {
    pub text: String,
    ten_thousandths: i64,
}

impl TryFrom<String> for Amount {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let sign = if unsigned == text { "" } else { "-" };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(fraction) || fraction.len() > DIGITS {
            return Err("an amount is no decimal number");
        }
        let digits = format!("{sign}{whole}{fraction:0<DIGITS$}");
        let ten_thousandths = digits.parse().map_err(|_| "an amount is too large")?;
        Ok(Self { text, ten_thousandths })
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.text
    }
}

/// A sum of amounts in ten-thousandths. It has twice the bits of an amount, so that no sum is too large.
#[derive(Default)]
pub struct Total(i128);

impl Total {
    pub fn add(&mut self, amount: &Amount) {
        self.0 += i128::from(amount.ten_thousandths);
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        // At least one digit comes before the point.
        let digits = format!("{:01$}", self.0.unsigned_abs(), DIGITS + 1);
        let (whole, fraction) = digits.split_at(digits.len() - DIGITS);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Amount, &'static str> {
        text.to_owned().try_into()
    }

    fn total(amounts: &[&str]) -> String {
        let mut total = Total::default();
        for text in amounts {
            total.add(&read(text).expect("it is decimal"));
        }
        total.to_string()
    }

    #[test]
    fn totals_are_exact() {
        assert_eq!(total(&["0.1", "0.2", "-7", "48000.0001"]), "47993.3001");
        assert_eq!(total(&["-0.05"]), "-0.0500");
        assert_eq!(total(&["900000000000000", "900000000000000"]), "1800000000000000.0000");
    }

    #[test]
    fn what_is_no_decimal_number_is_no_amount() {
        let no_digits = ["", "-", ".5", "5.", "1,5", "+1", "--1", "1e3", "NaN", "on request"];
        for text in no_digits.into_iter().chain(["0.00001", "1000000000000000"]) {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
