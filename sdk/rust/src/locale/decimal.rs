//! Decimal numbers, exact.

use std::fmt::Display;

/// A number to format: a decimal text such as `-1234.50`, or a number of Rust.
///
/// A floating-point number counts as the shortest decimal that denotes it.
pub trait DecimalNumber: private::ToDecimal {}

impl<T: private::ToDecimal> DecimalNumber for T {}

pub(super) mod private {
    /// Conversion to a decimal number, hidden as only this crate implements it.
    pub trait ToDecimal: Sized {
        /// Returns the decimal number, or else the text as it is.
        fn decimal(self) -> Result<super::Decimal, String>;
    }
}

/// Generates the conversion of types whose `Display` is a decimal text.
macro_rules! displayed {
    ($($number:ty)+) => {$(
        impl private::ToDecimal for $number {
            fn decimal(self) -> Result<Decimal, String> {
                Decimal::displayed(&self)
            }
        }
    )+};
}

displayed!(&str String &String f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// A decimal number: the digits of its whole part and of its fraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Digits before the point, without zeros in front: empty for 0.
    whole: Vec<u8>,
    fraction: Vec<u8>,
}

impl Decimal {
    fn displayed(number: &impl Display) -> Result<Self, String> {
        let text = number.to_string();
        Self::parse(&text).ok_or(text)
    }

    fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (are_digits(whole) && are_digits(fraction)).then(|| Self {
            negative,
            whole: whole.trim_start_matches('0').into(),
            fraction: fraction.into(),
        })
    }

    /// Returns it times 100.
    pub(super) fn times_hundred(&self) -> Self {
        let mut digits = [self.whole.as_slice(), &self.fraction, b"00"].concat();
        let fraction = digits.split_off(self.whole.len() + 2);
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        Self { negative: self.negative, whole: digits.split_off(zeros), fraction }
    }

    /// Returns it with so many digits of a fraction, rounded half to even. What is rounded to zero has no sign.
    pub(super) fn rounded(&self, digits: usize) -> Rounded {
        let mut fraction = self.fraction.clone();
        let rest = fraction.split_off(digits.min(fraction.len()));
        fraction.resize(digits, b'0');
        let mut all = [self.whole.as_slice(), &fraction].concat();

        let half = rest.first().map(|first| (*first, rest[1..].iter().any(|digit| *digit != b'0')));
        let is_odd = all.last().is_some_and(|last| last % 2 == 1);
        if half.is_some_and(|half| half > (b'5', false) || half == (b'5', false) && is_odd) {
            increment(&mut all);
        }
        let fraction = all.split_off(all.len() - digits);
        let negative = self.negative && all.iter().chain(&fraction).any(|digit| *digit != b'0');
        let whole = if all.is_empty() { "0".into() } else { text(all) };
        Rounded { negative, whole, fraction: text(fraction) }
    }
}

/// A decimal number as it is shown.
pub(super) struct Rounded {
    pub(super) negative: bool,
    /// Digits before the point: at least one.
    pub(super) whole: String,
    pub(super) fraction: String,
}

/// Adds one to the number that the digits write.
fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit != b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

fn text(digits: Vec<u8>) -> String {
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(text: &str, digits: usize) -> String {
        let Rounded { negative, whole, fraction } = Decimal::parse(text).expect("a number").rounded(digits);
        format!("{}{whole}.{fraction}", if negative { "-" } else { "" })
    }

    #[test]
    fn halves_are_rounded_to_even() {
        assert_eq!(rounded("0.125", 2), "0.12");
        assert_eq!(rounded("0.135", 2), "0.14");
        assert_eq!(rounded("0.1250000001", 2), "0.13");
        assert_eq!(rounded("0.5", 0), "0.");
        assert_eq!(rounded("1.5", 0), "2.");
    }

    #[test]
    fn a_carry_goes_through_all_digits() {
        assert_eq!(rounded("-9999.995", 2), "-10000.00");
        assert_eq!(rounded("0.999", 2), "1.00");
    }

    #[test]
    fn missing_digits_are_zeros() {
        assert_eq!(rounded("007", 2), "7.00");
        assert_eq!(rounded("+0.5", 3), "0.500");
    }

    #[test]
    fn what_is_no_decimal_number_is_none() {
        for text in ["", "-", ".5", "5.", "1e3", "1,5", "0x1", "--1", "1.2.3", "NaN"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_hundredfold_keeps_every_digit() {
        let hundredfold = |text| Decimal::parse(text).expect("a number").times_hundred().rounded(3);

        assert_eq!(hundredfold("0.00456").whole, "0");
        assert_eq!(hundredfold("0.00456").fraction, "456");
        assert_eq!(hundredfold("-12.3").whole, "1230");
    }
}
