//! Instants in UTC, to the second.

mod civil;
mod parse;

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use civil::Date;
pub use parse::InvalidTimestamp;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// An instant in UTC, to the second, of the years 1 to 9999.
///
/// It is read from RFC 3339 with any offset; a fraction of a second is cut off. It is written as the interface writes
/// instants, also by serde, so that it may stand in the types of a backend's JSON.
///
/// ```
/// use insight_sdk::{Timestamp, days};
///
/// let signed: Timestamp = "2026-05-12T10:30:00.25+02:00".parse()?;
///
/// assert_eq!(signed.to_string(), "2026-05-12T08:30:00Z");
/// assert_eq!((signed + days(20)).to_string(), "2026-06-01T08:30:00Z");
/// assert!(signed < signed + days(20));
/// assert_eq!(signed.date().month, 5);
/// # Ok::<(), insight_sdk::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970, within the years 1 to 9999.
    seconds: i64,
}

/// Returns the time of so many days, of 24 hours each.
///
/// ```
/// assert_eq!(insight_sdk::days(2).as_secs(), 172_800);
/// ```
#[must_use]
pub const fn days(number: u32) -> Duration {
    Duration::from_secs(number as u64 * DAY.unsigned_abs())
}

impl Timestamp {
    /// The first second of the year 1.
    pub const MIN: Self = Self { seconds: civil::days_before(1, 1, 1) * DAY };
    /// The last second of the year 9999.
    pub const MAX: Self = Self { seconds: civil::days_before(10_000, 1, 1) * DAY - 1 };

    /// Converts seconds since 1970, if they lie in the years 1 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        let timestamp = Self { seconds };
        (Self::MIN..=Self::MAX).contains(&timestamp).then_some(timestamp)
    }

    /// Returns the seconds since 1970.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Returns the date, in UTC.
    #[must_use]
    pub const fn date(self) -> Date {
        civil::date(self.seconds.div_euclid(DAY))
    }

    /// Returns the days from this date to another, in UTC: 1 if the other is tomorrow, at whatever time.
    #[must_use]
    pub const fn days_until(self, other: Self) -> i64 {
        other.seconds.div_euclid(DAY) - self.seconds.div_euclid(DAY)
    }

    fn shifted(self, seconds: i64) -> Self {
        let seconds = self.seconds.saturating_add(seconds);
        Self { seconds }.clamp(Self::MIN, Self::MAX)
    }
}

/// Whole seconds of a duration, as far as they can be counted.
fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Adds whole seconds, up to the end of the year 9999.
impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.shifted(whole_seconds(duration))
    }
}

/// Subtracts whole seconds, down to the beginning of the year 1.
impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        self.shifted(-whole_seconds(duration))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = self.date();
        let second = self.seconds.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        parse::rfc3339(text).and_then(Self::from_unix_seconds).ok_or(InvalidTimestamp)
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("it is RFC 3339")
    }

    #[test]
    fn the_ends_of_the_years_1_and_9999_are_exact() {
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(at("0001-01-01T00:00:00Z").unix_seconds(), -62_135_596_800);
        assert_eq!(at("9999-12-31T23:59:59Z").unix_seconds(), 253_402_300_799);
        assert_eq!(Timestamp::from_unix_seconds(253_402_300_800), None);
    }

    #[test]
    fn every_day_is_the_day_after_the_one_before() {
        let mut timestamp = at("1895-12-30T12:00:00Z");
        for _ in 0..100_000 {
            let next = timestamp + days(1);

            assert_eq!(at(&next.to_string()), next);
            assert!(next.date() > timestamp.date(), "{timestamp}");
            assert_eq!(timestamp.days_until(next), 1);
            timestamp = next;
        }
    }

    #[test]
    fn what_lies_beyond_the_years_stops_at_their_ends() {
        assert_eq!(at("9999-06-01T00:00:00Z") + days(400), Timestamp::MAX);
        assert_eq!(at("0001-06-01T00:00:00Z") - Duration::MAX, Timestamp::MIN);
    }

    #[test]
    fn days_until_count_midnights() {
        assert_eq!(at("2026-05-12T23:59:59Z").days_until(at("2026-05-13T00:00:00Z")), 1);
        assert_eq!(at("2026-05-12T00:00:00Z").days_until(at("2026-05-12T23:59:59Z")), 0);
        assert_eq!(at("2026-03-01T00:00:00Z").days_until(at("2026-02-28T12:00:00Z")), -1);
        assert_eq!(at("1969-12-31T23:59:59Z").days_until(at("1970-01-01T00:00:00Z")), 1);
    }

    #[test]
    fn json_holds_it_as_the_interface_writes_it() {
        let read: Timestamp = serde_json::from_str(r#""2026-05-12T10:30:00+02:00""#).expect("it is an instant");

        assert_eq!(serde_json::to_string(&read).expect("it is text"), r#""2026-05-12T08:30:00Z""#);
        assert!(serde_json::from_str::<Timestamp>(r#""2026-02-30T00:00:00Z""#).is_err());
    }
}
