//! Metrics of authentication: rejected requests and fetches of signing keys.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// The result of a fetch of an issuer's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyRefresh {
    /// The keys were fetched.
    Fetched,
    /// The fetch failed. The earlier keys stay in use for a while.
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

/// The metrics of authentication. Clones share their counts.
#[derive(Clone, Debug, Default)]
pub struct AuthCounts {
    refused: Family<RefusedFor, Counter>,
    refreshed: Family<Refreshed, Counter>,
}

impl AuthCounts {
    /// Registers the metrics in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Requests rejected by authentication, by reason";
        registry.register("auth_refused", help, self.refused.clone());
        let help = "Fetches of issuers' signing keys, by result";
        registry.register("auth_key_refreshes", help, self.refreshed.clone());
    }

    /// Counts a rejected request. The reason is one of a closed list.
    pub fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&RefusedFor { reason }).inc();
    }

    /// Counts a fetch of the keys of `issuer`, a name from the settings.
    pub fn refreshed(&self, issuer: &str, result: KeyRefresh) {
        self.refreshed.get_or_create(&Refreshed { issuer: issuer.to_owned(), result }).inc();
    }
}
