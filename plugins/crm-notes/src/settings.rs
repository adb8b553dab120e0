//! The settings that operators may change, in the table `[config]`.

use std::time::Duration;

use insight_sdk::config;

/// Returns the time for which an answer of the backend is served from the cache without a new request.
pub(crate) fn fresh() -> Duration {
    Duration::from_secs(number("fresh", 30))
}

/// Returns the time for which an older answer is shown while the backend does not answer.
pub(crate) fn stale() -> Duration {
    Duration::from_secs(number("stale", 3600))
}

/// Returns the time that the backend may take for each try of a request.
pub(crate) fn patience() -> Duration {
    Duration::from_millis(number("patience", 1500))
}

fn number(name: &str, default: u64) -> u64 {
    config::get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insight_sdk::testing::FakeHost;

    #[test]
    fn what_is_no_number_is_the_default() {
        let _host = FakeHost::new().config("fresh", "soon").config("patience", "250").install();

        assert_eq!(fresh(), Duration::from_secs(30));
        assert_eq!(patience(), Duration::from_millis(250));
    }
}
