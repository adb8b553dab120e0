//! The key `providers` of issuers, their clients and API keys.

use std::collections::BTreeSet;

use crate::config::table::Table;
use contract::ProviderId;

/// Reports that `providers` has no effect on callers that need no token or key.
pub(super) fn report_unlimited(table: &mut Table<'_>) {
    table.problem(
        "providers",
        "would limit nobody: with `auth.anonymous` a caller without a token or key may query every provider",
    );
}

/// Checks that a list of providers, if there is one, names at least one.
pub(super) fn check(providers: Option<&BTreeSet<ProviderId>>, table: &mut Table<'_>) {
    if providers.is_some_and(BTreeSet::is_empty) {
        table.problem("providers", "must name a provider; leave it out to permit all");
    }
}
