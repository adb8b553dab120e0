//! Instants: read from the many forms that agents send, and written in one.

use std::{fmt, time::SystemTime};

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde::{Serialize, Serializer};

/// An instant in UTC, in the years 1 to 9999.
///
/// Displayed in RFC 3339, ending in `Z`, without a fraction if it is zero: the texts of whole seconds sort like
/// the instants. jiff's `Timestamp` ends a day before .NET's greatest date, which agents send for "no end".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(civil::DateTime);

impl Instant {
    /// Reads RFC 3339 and the variants that agents send: no seconds, no offset (then UTC), any number of fractional
    /// digits.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_noting_gaps(text).map(|(instant, _)| instant)
    }

    /// Reads like [`parse`](Self::parse), and returns whether seconds and offset were there, as RFC 3339 requires.
    pub(super) fn parse_noting_gaps(text: &str) -> Option<(Self, bool)> {
        let mut scanner = Scanner(text.as_bytes());
        let date = scanner.date()?;
        scanner.one_of(b"Tt")?;
        let (time, has_seconds) = scanner.time()?;
        let has_offset = !scanner.0.is_empty();
        let offset = scanner.offset()?;
        if !scanner.0.is_empty() {
            return None;
        }

        let utc = date.to_datetime(time).checked_sub(offset).ok()?;
        (utc.year() >= 1).then_some((Self(utc), has_seconds && has_offset))
    }

    /// The whole second at or before it.
    #[must_use]
    pub fn floor(self) -> Self {
        let whole = self.0.time().with().subsec_nanosecond(0).build().expect("zero is a valid fraction");
        Self(self.0.date().to_datetime(whole))
    }

    /// The whole second at or after it; the last one of year 9999 at the latest.
    #[must_use]
    pub fn ceil(self) -> Self {
        let floor = self.floor();
        if floor == self {
            return self;
        }
        Self(floor.0.checked_add(SignedDuration::from_secs(1)).unwrap_or(floor.0))
    }
}

impl From<SystemTime> for Instant {
    /// Takes the whole second. A clock beyond year 9999 reads as 1970.
    fn from(time: SystemTime) -> Self {
        let timestamp = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
        Self(TimeZone::UTC.to_datetime(timestamp)).floor()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}Z", self.0)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text that is left to read.
struct Scanner<'text>(&'text [u8]);

impl Scanner<'_> {
    fn date(&mut self) -> Option<civil::Date> {
        let year = self.digits(4)?;
        self.one_of(b"-")?;
        let month = self.digits(2)?;
        self.one_of(b"-")?;
        let day = self.digits(2)?;
        civil::Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
    }

    /// The time of day, and whether it has seconds.
    fn time(&mut self) -> Option<(civil::Time, bool)> {
        let hour = self.digits(2)?;
        self.one_of(b":")?;
        let minute = self.digits(2)?;
        let has_seconds = self.one_of(b":").is_some();
        // A leap second counts as the second before it: neither clocks nor guests know leap seconds.
        let second =
            if has_seconds { self.digits(2).map(|second| if second == 60 { 59 } else { second })? } else { 0 };
        let nanosecond = if has_seconds && self.one_of(b".").is_some() { self.nanoseconds()? } else { 0 };

        let time =
            civil::Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, nanosecond);
        Some((time.ok()?, has_seconds))
    }

    /// The digits of a fraction. Those after the ninth are ignored.
    fn nanoseconds(&mut self) -> Option<i32> {
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
        Some(padded.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
    }

    fn offset(&mut self) -> Option<SignedDuration> {
        if self.0.is_empty() || self.one_of(b"Zz").is_some() {
            return Some(SignedDuration::ZERO);
        }
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.digits(2).filter(|hours| *hours < 24)?;
        self.one_of(b":")?;
        let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
        Some(SignedDuration::from_mins(sign * (i64::from(hours) * 60 + i64::from(minutes))))
    }

    /// A number of exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i16> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(digits.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        if !wanted.contains(first) {
            return None;
        }
        self.0 = rest;
        Some(*first)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Instant::parse(text).map(|instant| instant.to_string())
    }

    #[test]
    fn what_agents_send_is_read() {
        for (sent, meant) in [
            ("2017-07-21T17:32:28Z", "2017-07-21T17:32:28Z"),
            ("2024-05-07T03:28:38.0667701Z", "2024-05-07T03:28:38.0667701Z"),
            ("2017-05-02T01:44Z", "2017-05-02T01:44:00Z"),
            ("2017-05-02T01:44", "2017-05-02T01:44:00Z"),
            ("2026-05-12t08:30:00z", "2026-05-12T08:30:00Z"),
            ("2026-05-12T08:30:00+02:00", "2026-05-12T06:30:00Z"),
            ("2026-05-12T08:30:00.000-00:00", "2026-05-12T08:30:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
            ("2026-05-12T08:30:00.1234567891234Z", "2026-05-12T08:30:00.123456789Z"),
        ] {
            assert_eq!(read(sent).as_deref(), Some(meant), "{sent}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for sent in [
            "",
            "2026-05-12",
            "12:50 PM, 11/11/23",
            "2026-05-12 08:30:00Z",
            "2026-05-12T08:30:00[Europe/Berlin]",
            "2026-05-12T08:30:00+02:00[Europe/Berlin]",
            "2026-05-12T08:30:00+0200",
            "2026-05-12T08:30:00.Z",
            "2026-05-12T08:30:00,5Z",
            "2026-05-12T24:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-05-12T08:30:00+24:00",
            "0000-06-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "+002026-05-12T08:30:00Z",
            "2026-05-12T08:30:00Z ",
        ] {
            assert_eq!(read(sent), None, "{sent}");
        }
    }

    #[test]
    fn rounding_reaches_the_second_on_either_side() {
        let instant = Instant::parse("2026-05-12T08:30:59.25Z").expect("a valid instant");

        assert_eq!(instant.floor().to_string(), "2026-05-12T08:30:59Z");
        assert_eq!(instant.ceil().to_string(), "2026-05-12T08:31:00Z");
        assert_eq!(instant.ceil().ceil(), instant.ceil());
    }

    #[test]
    fn rounding_up_stays_within_the_last_year() {
        let last = Instant::parse("9999-12-31T23:59:59.9999999Z").expect("a valid instant");

        assert_eq!(last.ceil().to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn a_clock_is_read_to_the_second() {
        let instant = Instant::from(SystemTime::UNIX_EPOCH + Duration::from_millis(1_778_574_600_999));

        assert_eq!(instant.to_string(), "2026-05-12T08:30:00Z");
    }
}
