//! Settings of operators and of authors. Accepted settings keep the host's maxima, and an author's limits never exceed
//! the operator's; the error texts of rejected settings are short and harmless.

#![no_main]

use std::time::{Duration, Instant};

use engine::{Limits, MAXIMA};
use insight_fuzz::is_plain;
use insight_host::fuzzing::{Stated, author_settings, operator_settings};
use libfuzzer_sys::fuzz_target;

/// The most bytes of an error text about an author's settings.
const LONGEST_REFUSAL: usize = 8_192;

fuzz_target!(|text: &[u8]| {
    if let Ok(Ok(stated)) = str::from_utf8(text).map(operator_settings) {
        assert_sane(&stated);
    }
    match author_settings(text, Limits::default()) {
        Ok(limits) => assert_within(&limits, &Limits::default()),
        Err(refusal) => {
            assert!(refusal.len() <= LONGEST_REFUSAL, "{} bytes", refusal.len());
            assert!(refusal.lines().count() <= 2 && refusal.lines().all(is_plain), "{refusal:?}");
        }
    }
});

fn assert_sane(stated: &Stated) {
    for limits in &stated.limits {
        assert_within(limits, &MAXIMA);
    }
    for duration in &stated.durations {
        assert_ne!(*duration, Duration::ZERO);
        assert!(Instant::now().checked_add(*duration).is_some(), "{duration:?} leads past the end of time");
    }
    assert!((1..=2_000).contains(&stated.calls_at_once), "{}", stated.calls_at_once);
    assert!((1..=1_024).contains(&stated.threads), "{}", stated.threads);
}

fn assert_within(limits: &Limits, most: &Limits) {
    assert_eq!(limits.capped_by(most), *limits);
    assert!(!limits.time.is_zero() && limits.memory.as_u64() > 0 && limits.answer.as_u64() > 0, "{limits:?}");
}
