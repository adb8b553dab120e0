//! The handlers of the admin API's routes: status, metrics, reload, disable, enable and rollback of plugins.
//!
//! What grows with the number of plugins is written on threads for blocking work, as others answer callers.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::{Extension, Json};
use bytes::Bytes;
use tokio::task::spawn_blocking;
use url::form_urlencoded;

use super::metrics::{Scraped, registry};
use super::openapi;
use super::record::By;
use super::view::{PluginDetails, PluginList, ReloadResult, Reloads, Status, UnsavedView};
use crate::http::Fault;
use crate::plugin::{OperatorCommand, Reloaded};
use contract::ProviderId;
use net::chain;
use net::telemetry::metrics::{self, Registry, Requests};

/// The fewest digits, of 64, of a digest that names a version.
const DIGITS: usize = 8;

/// The state that all handlers share.
#[derive(Clone)]
pub(super) struct AdminApi {
    scraped: Scraped,
    registry: Arc<Registry>,
    document: Bytes,
}

/// The plugin name in a path, not validated yet.
type PathName = Result<Path<String>, PathRejection>;

impl AdminApi {
    /// Creates the API; `own` counts its own requests.
    pub(super) fn new(scraped: Scraped, own: &Requests) -> Self {
        let registry = Arc::new(registry(&scraped, own));
        Self { scraped, registry, document: openapi::document().to_string().into() }
    }

    /// Carries out a command for one plugin, and returns the result.
    async fn command(&self, name: PathName, command: OperatorCommand, By(by): By) -> Result<ReloadResult, Fault> {
        let id = name_in(name)?;
        match self.scraped.registry.command(id.clone(), command, by).await {
            Reloaded::Gone => Err(no_such_plugin()),
            Reloaded::Impossible(error) => Err(Fault::conflict(chain(&error))),
            reloaded => {
                let unsaved = UnsavedView::of(&self.scraped.registry);
                Ok(ReloadResult { unsaved, ..ReloadResult::of(&id, &reloaded) })
            }
        }
    }
}

pub(super) async fn metrics(State(api): State<AdminApi>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], aside(move || metrics::write(&api.registry)).await)
}

pub(super) async fn status(State(api): State<AdminApi>) -> Json<Status> {
    Json(aside(move || Status::of(&api.scraped)).await)
}

pub(super) async fn openapi(State(api): State<AdminApi>) -> ([(HeaderName, &'static str); 1], Bytes) {
    ([(CONTENT_TYPE, "application/json")], api.document)
}

pub(super) async fn list(State(api): State<AdminApi>) -> Json<PluginList> {
    Json(aside(move || PluginList::of(&api.scraped.registry)).await)
}

/// Runs `work` on a thread for blocking work.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.expect("the work does not panic, and is not cancelled")
}

pub(super) async fn show(State(api): State<AdminApi>, name: PathName) -> Result<Json<PluginDetails>, Fault> {
    let id = name_in(name)?;
    PluginDetails::of(&api.scraped.registry, &id).map(Json).ok_or_else(no_such_plugin)
}

/// Reloads one plugin. Answers once it has been loaded again or rejected.
pub(super) async fn reload(
    State(api): State<AdminApi>,
    name: PathName,
    Extension(by): Extension<By>,
) -> Result<Json<ReloadResult>, Fault> {
    api.command(name, OperatorCommand::Reload, by).await.map(Json)
}

/// Reloads all plugins. Answers once each has been loaded again or rejected.
pub(super) async fn reload_all(State(api): State<AdminApi>, Extension(By(by)): Extension<By>) -> Json<Reloads> {
    let reloaded = api.scraped.registry.reload_all(&by).await;
    Json(Reloads { plugins: reloaded.iter().map(|(id, reloaded)| ReloadResult::of(id, reloaded)).collect() })
}

/// Disables a plugin. Answers once the catalog no longer holds the plugin, and that is saved on the disk or the disk has
/// failed.
pub(super) async fn disable(
    State(api): State<AdminApi>,
    name: PathName,
    Extension(by): Extension<By>,
) -> Result<Json<ReloadResult>, Fault> {
    api.command(name, OperatorCommand::Disable, by).await.map(Json)
}

/// Enables a disabled plugin. Answers once it has been loaded or rejected.
pub(super) async fn enable(
    State(api): State<AdminApi>,
    name: PathName,
    Extension(by): Extension<By>,
) -> Result<Json<ReloadResult>, Fault> {
    api.command(name, OperatorCommand::Enable, by).await.map(Json)
}

/// Rolls a plugin back to an earlier version. Answers once that version is served or has been rejected.
pub(super) async fn roll_back(
    State(api): State<AdminApi>,
    name: PathName,
    RawQuery(query): RawQuery,
    Extension(by): Extension<By>,
) -> Result<Json<ReloadResult>, Fault> {
    let to = version_in(query.as_deref().unwrap_or_default())?;
    let result = api.command(name, OperatorCommand::RollBack { to }, by).await?;
    let catalog = api.scraped.registry.catalog();
    let digest = catalog.provider(&result.id).filter(|_| result.error.is_none());
    Ok(Json(ReloadResult { digest: digest.map(|plugin| plugin.digest().to_string()), ..result }))
}

/// Parses the plugin name in a path.
fn name_in(name: PathName) -> Result<ProviderId, Fault> {
    let name = name.ok().and_then(|Path(name)| name.parse().ok());
    name.ok_or_else(no_such_plugin)
}

/// Parses the query `to=…`: the digits of the version to roll back to, if it is given.
fn version_in(query: &str) -> Result<Option<String>, Fault> {
    let mut to = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let is_digest = (DIGITS..=64).contains(&value.len())
            && value.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if name != "to" || to.is_some() || !is_digest {
            return Err(Fault::invalid_request(
                "the only parameter is `to`: the digest of a version, or at least its first 8 digits, in lower case",
            ));
        }
        to = Some(value.into_owned());
    }
    Ok(to)
}

fn no_such_plugin() -> Fault {
    Fault::not_found("there is no such plugin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_by_eight_digits_or_more_and_by_nothing_else() {
        let digits = "0123456789abcdef".repeat(4);

        assert!(matches!(version_in(""), Ok(None)));
        assert!(matches!(version_in("to=0123abcd"), Ok(Some(to)) if to == "0123abcd"));
        assert!(matches!(version_in(&format!("to={digits}")), Ok(Some(_))));
        for wrong in ["to=", "to=0123abc", "to=0123ABCD", "to=..%2f..%2f..", "form=0123abcd", "to=0123abcd&to=0123abcd"]
        {
            assert!(version_in(wrong).is_err(), "{wrong}");
        }
        assert!(version_in(&format!("to={digits}0")).is_err());
    }
}
