//! Reading of RFC 3339.

use super::{DAY, civil};

/// The failure of a text that is no instant in RFC 3339 of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp;

impl std::fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not an instant in RFC 3339, such as 2026-05-12T08:30:00Z")
    }
}

impl std::error::Error for InvalidTimestamp {}

/// Reads an instant as seconds since 1970. A second of 60 counts as 59.
pub(super) fn rfc3339(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.number(4)?;
    let month = rest.after(b"-")?.number(2).filter(|month| (1..=12).contains(month))?;
    let day = rest.after(b"-")?.number(2).filter(|day| (1..=civil::days_of_month(year, month)).contains(day))?;
    let hour = rest.after(b"Tt")?.number(2).filter(|hour| *hour < 24)?;
    let minute = rest.after(b":")?.number(2).filter(|minute| *minute < 60)?;
    let second = rest.after(b":")?.number(2).filter(|second| *second <= 60)?.min(59);
    if rest.after(b".").is_some() {
        rest.digits()?;
    }
    let offset = rest.offset()?;
    rest.0.is_empty().then_some(())?;
    Some(civil::days_before(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset)
}

/// The bytes that are not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Takes one of these bytes.
    fn after(&mut self, any: &[u8]) -> Option<&mut Self> {
        let (first, rest) = self.0.split_first()?;
        any.contains(first).then(|| self.0 = rest)?;
        Some(self)
    }

    /// Takes a number of so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
    }

    /// Takes all digits, at least one.
    fn digits(&mut self) -> Option<()> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.0 = &self.0[count..];
        (count > 0).then_some(())
    }

    /// Takes an offset from UTC, in seconds.
    fn offset(&mut self) -> Option<i64> {
        if self.after(b"Zz").is_some() {
            return Some(0);
        }
        let sign = if self.0.first() == Some(&b'-') { -1 } else { 1 };
        let hours = self.after(b"+-")?.number(2).filter(|hours| *hours < 24)?;
        let minutes = self.after(b":")?.number(2).filter(|minutes| *minutes < 60)?;
        Some(sign * (hours * 3600 + minutes * 60))
    }
}

#[cfg(test)]
mod tests {
    use crate::Timestamp;

    fn printed(text: &str) -> Option<String> {
        text.parse::<Timestamp>().ok().map(String::from)
    }

    #[test]
    fn any_offset_and_fraction_is_read() {
        for text in [
            "2026-05-12T08:30:00Z",
            "2026-05-12t08:30:00.999999999999z",
            "2026-05-12T10:30:00+02:00",
            "2026-05-12T00:00:00.5-08:30",
            "2026-05-12T08:30:00-00:00",
        ] {
            assert_eq!(printed(text).as_deref(), Some("2026-05-12T08:30:00Z"), "{text}");
        }
    }

    #[test]
    fn a_leap_second_counts_as_the_one_before() {
        assert_eq!(printed("2016-12-31T23:59:60Z").as_deref(), Some("2016-12-31T23:59:59Z"));
    }

    #[test]
    fn the_impossible_is_refused() {
        for text in [
            "",
            "2026-05-12",
            "2026-05-12 08:30:00Z",
            "2026-05-12T08:30:00",
            "2026-05-12T08:30Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2026-05-00T00:00:00Z",
            "2026-05-12T25:00:00Z",
            "2026-05-12T24:00:00Z",
            "2026-05-12T08:60:00Z",
            "2026-05-12T08:30:61Z",
            "2026-05-12T08:30:00.Z",
            "2026-05-12T08:30:00+24:00",
            "2026-05-12T08:30:00+0200",
            "2026-05-12T08:30:00ZZ",
            "+2026-05-12T08:30:00Z",
            "２026-05-12T08:30:00Z",
            "0000-12-31T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ] {
            assert_eq!(printed(text), None, "{text}");
        }
    }
}
