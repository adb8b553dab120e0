//! Rate limits: calls per second of a plugin, and requests per second of each caller.
//!
//! Ten thousand authenticated callers, and as many addresses, have a limit of their own. Further ones share limits by
//! chance, a few each.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};

use super::caller::CallerKey;

/// Callers with a limit of their own, of each kind. Each further one falls into one of 65,536 shared limits by
/// chance: somebody who uses ten thousand addresses affects a seventh of all other callers, not all of them.
const CALLERS: usize = 10_000;

/// The shortest interval between sweeps of idle callers, as each sweep visits all callers.
const SWEEP: Duration = Duration::from_secs(1);

/// A rate of calls: `"50/s"`, or a table that also states a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls per second, spread evenly.
    pub per_second: NonZeroU32,
    /// Calls at the same time after an idle period.
    pub burst: NonZeroU32,
}

impl From<Rate> for Quota {
    fn from(rate: Rate) -> Self {
        Self::per_second(rate.per_second).allow_burst(rate.burst)
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{ "type": "string", "pattern": "^[0-9]+ */s$" }, generator.subschema_for::<RateTable>()],
        })
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct RateVisitor;

        impl<'de> Visitor<'de> for RateVisitor {
            type Value = Rate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rate such as \"50/s\" or { per-second = 50, burst = 100 }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Rate, E> {
                let number = text.strip_suffix("/s").and_then(|number| number.trim().parse().ok());
                let per_second = number.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))?;
                Ok(Rate { per_second, burst: per_second })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rate, A::Error> {
                let RateTable { per_second, burst } = RateTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Rate { per_second, burst: burst.unwrap_or(per_second) })
            }
        }

        from.deserialize_any(RateVisitor)
    }
}

#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RateTable {
    per_second: NonZeroU32,
    burst: Option<NonZeroU32>,
}

/// The rate limit of one plugin.
pub(super) struct Limit(DefaultDirectRateLimiter);

impl Limit {
    pub(super) fn new(rate: Rate) -> Self {
        Self(DefaultDirectRateLimiter::direct(rate.into()))
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// Fails with the time after which a call is permitted.
    pub(super) fn check(&self) -> Result<(), Duration> {
        self.0.check().map_err(|refused| wait(&refused))
    }
}

/// The rate limit of each caller.
pub struct CallerLimit {
    /// Authenticated callers: addresses, however many, take no entry from these.
    known: Callers,
    networks: Callers,
}

impl CallerLimit {
    /// Creates a limit of `rate` for each caller.
    pub fn new(rate: Rate) -> Self {
        Self { known: Callers::new(rate), networks: Callers::new(rate) }
    }

    /// Counts a request of `caller`.
    ///
    /// # Errors
    ///
    /// Fails with the time after which it may send another.
    pub fn check(&self, caller: CallerKey) -> Result<(), Duration> {
        match caller {
            CallerKey::Known(_) => self.known.check(caller),
            CallerKey::Network(_) | CallerKey::Other(_) | CallerKey::Host => self.networks.check(caller),
        }
    }
}

/// Callers of one kind.
struct Callers {
    limiter: DefaultKeyedRateLimiter<CallerKey>,
    /// Hashes with a random key of this process, so that nobody can choose with whom to share a limit.
    chance: RandomState,
    /// The time of the last sweep.
    swept: Mutex<Option<Instant>>,
}

impl Callers {
    fn new(rate: Rate) -> Self {
        let limiter = DefaultKeyedRateLimiter::keyed(rate.into());
        Self { limiter, chance: RandomState::new(), swept: Mutex::default() }
    }

    fn check(&self, caller: CallerKey) -> Result<(), Duration> {
        let caller = if self.has_room() { caller } else { self.other(caller) };
        self.limiter.check_key(&caller).map_err(|refused| wait(&refused))
    }

    /// Returns the shared limit that a caller falls into.
    #[expect(clippy::cast_possible_truncation, reason = "of a hash any part is as good as the whole")]
    fn other(&self, caller: CallerKey) -> CallerKey {
        CallerKey::Other(self.chance.hash_one(caller) as u16)
    }

    /// Returns whether one more caller can have a limit of its own. Sweeps idle callers to make room: nothing
    /// is counted against them.
    fn has_room(&self) -> bool {
        if self.limiter.len() < CALLERS {
            return true;
        }
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.is_none_or(|swept| swept.elapsed() >= SWEEP) {
            self.limiter.retain_recent();
            *swept = Some(Instant::now());
        }
        self.limiter.len() < CALLERS
    }
}

fn wait(refused: &NotUntil<<DefaultClock as Clock>::Instant>) -> Duration {
    refused.wait_time_from(DefaultClock::default().now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct RateWritten {
        rate: Rate,
    }

    fn rate(per_second: u32, burst: u32) -> Rate {
        let number = |number| NonZeroU32::new(number).expect("not zero");
        Rate { per_second: number(per_second), burst: number(burst) }
    }

    fn read(text: &str) -> Result<Rate, toml::de::Error> {
        toml::from_str(text).map(|file: RateWritten| file.rate)
    }

    #[test]
    fn a_rate_is_text_or_a_table() {
        assert_eq!(read("rate = \"50/s\""), Ok(rate(50, 50)));
        assert_eq!(read("rate = { per-second = 50, burst = 100 }"), Ok(rate(50, 100)));
        assert_eq!(read("rate = { per-second = 50 }"), Ok(rate(50, 50)));
    }

    #[test]
    fn what_is_no_rate_is_told_what_would_be_one() {
        for wrong in ["rate = \"50\"", "rate = \"0/s\"", "rate = \"-1/s\"", "rate = 50", "rate = \"50/h\""] {
            let error = read(wrong).expect_err(wrong).to_string();

            assert!(error.contains("a rate such as \"50/s\""), "{error}");
        }
        assert!(read("rate = { per-second = 1, brust = 2 }").is_err());
    }

    #[test]
    fn more_than_a_burst_is_told_when_to_come_back() {
        let limit = Limit::new(rate(1, 2));

        assert_eq!((limit.check(), limit.check()), (Ok(()), Ok(())));
        let wait = limit.check().expect_err("the burst is used up");

        assert!(wait <= Duration::from_secs(1) && !wait.is_zero(), "{wait:?}");
    }

    #[test]
    fn callers_do_not_use_up_each_others_rate() {
        let limit = CallerLimit::new(rate(1, 1));
        let (one, other) = (CallerKey::Network(1), CallerKey::Network(2));

        assert_eq!(limit.check(one), Ok(()));

        assert!(limit.check(one).is_err());
        assert_eq!(limit.check(other), Ok(()));
    }

    /// A limit of one request per second after more addresses than can have their own have sent one each.
    fn crowded() -> CallerLimit {
        let limit = CallerLimit::new(rate(1, 1));
        for address in 0..2 * CALLERS as u64 {
            let _ = limit.check(CallerKey::Network(address));
        }
        limit
    }

    #[test]
    fn more_callers_than_are_told_apart_take_bounded_memory() {
        let limit = crowded();

        assert!(limit.networks.limiter.len() <= CALLERS + usize::from(u16::MAX) + 1);
    }

    #[test]
    fn whoever_has_ten_thousand_addresses_silences_nobody_who_is_known_and_few_others() {
        let limit = crowded();

        assert_eq!(limit.check(CallerKey::Known(1)), Ok(()));
        let fresh = (0..1_000).map(|number| CallerKey::Network(1 << 40 | number));
        let heard = fresh.filter(|caller| limit.check(*caller).is_ok()).count();
        assert!(heard > 700, "{heard} of a thousand");
    }
}
