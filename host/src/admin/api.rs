//! The routes of the admin API.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use tracing::info;

use super::metrics::{Scraped, registry};
use super::view::{PluginDetails, PluginList, ReloadResult, Reloads};
use crate::http::{Fault, named};
use crate::plugin::{ProviderId, Reloaded, Shelf};
use crate::telemetry::metrics::{self, Registry, Requests};

/// What the handlers share.
#[derive(Clone)]
pub(super) struct Api {
    shelf: Arc<Shelf>,
    registry: Arc<Registry>,
}

impl Api {
    /// An API that is sent the requests `own`.
    pub(super) fn new(scraped: Scraped, own: &Requests) -> Self {
        let registry = Arc::new(registry(&scraped, own));
        Self { shelf: scraped.shelf, registry }
    }
}

/// Every route besides those for health.
pub(super) fn routes(api: Api) -> Router {
    Router::new()
        .route("/metrics", named("metrics", get(metrics)))
        .route("/api/plugins", named("plugins", get(list)))
        .route("/api/plugins/{id}", named("plugin", get(show)))
        .route("/api/plugins/{id}/reload", named("reload", post(reload)))
        .route("/api/reload", named("reload-all", post(reload_all)))
        .with_state(api)
}

async fn metrics(State(api): State<Api>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics::write(&api.registry))
}

async fn list(State(api): State<Api>) -> Json<PluginList> {
    Json(PluginList::of(&api.shelf))
}

async fn show(State(api): State<Api>, path: Result<Path<String>, PathRejection>) -> Result<Json<PluginDetails>, Fault> {
    let id = name_in(path)?;
    PluginDetails::of(&api.shelf, &id).map(Json).ok_or_else(no_such_plugin)
}

/// Answers when the plugin has been loaded again, or refused.
async fn reload(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<ReloadResult>, Fault> {
    let id = name_in(path)?;
    info!(plugin = %id, "reload asked for");
    match api.shelf.reload(id.clone()).await {
        Reloaded::Gone => Err(no_such_plugin()),
        reloaded => Ok(Json(ReloadResult::of(&id, &reloaded))),
    }
}

/// The same for all.
async fn reload_all(State(api): State<Api>) -> Json<Reloads> {
    info!("reload of all plugins asked for");
    let reloaded = api.shelf.reload_all().await;
    Json(Reloads { plugins: reloaded.iter().map(|(id, reloaded)| ReloadResult::of(id, reloaded)).collect() })
}

/// The name in a path, if it could be a plugin's.
fn name_in(path: Result<Path<String>, PathRejection>) -> Result<ProviderId, Fault> {
    let name = path.ok().and_then(|Path(name)| name.parse().ok());
    name.ok_or_else(no_such_plugin)
}

fn no_such_plugin() -> Fault {
    Fault::not_found("there is no such plugin")
}
