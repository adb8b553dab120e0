//! Callers that were not let in, and the keys that their tokens are verified with.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// What came of asking an issuer for its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyRefresh {
    /// They came.
    Fetched,
    /// They did not; those from before serve on for a while.
    Failed,
}

impl EncodeLabelValue for KeyRefresh {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        let name = match self {
            Self::Fetched => "fetched",
            Self::Failed => "failed",
        };
        EncodeLabelValue::encode(&name, encoder)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedFor {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refreshed {
    issuer: String,
    result: KeyRefresh,
}

/// What is counted of callers. A clone counts into the same.
#[derive(Clone, Debug, Default)]
pub struct AuthCounts {
    refused: Family<RefusedFor, Counter>,
    refreshed: Family<Refreshed, Counter>,
}

impl AuthCounts {
    /// Shows them in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Requests refused for want of a caller who may ask, by reason";
        registry.register("auth_refused", help, self.refused.clone());
        let help = "Fetches of issuers' signing keys, by what came of them";
        registry.register("auth_key_refreshes", help, self.refreshed.clone());
    }

    /// Counts a caller who was not let in. The reason is one of a closed list.
    pub fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&RefusedFor { reason }).inc();
    }

    /// Counts a fetch of the keys of `issuer`, which is named by the settings.
    pub fn refreshed(&self, issuer: &str, result: KeyRefresh) {
        self.refreshed.get_or_create(&Refreshed { issuer: issuer.to_owned(), result }).inc();
    }
}
