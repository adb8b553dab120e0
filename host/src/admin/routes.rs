//! The one table of the admin API's routes. The router and the OpenAPI document are both made from it, so that they
//! cannot differ.

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::api::{self, AdminApi};
use super::view::{PluginDetails, PluginList, ReloadResult, Reloads, Status};
use crate::http::named;

/// A route.
pub(super) struct AdminRoute {
    pub(super) method: Method,
    /// The path, with the parameter `{id}` if the route concerns one plugin.
    pub(super) path: &'static str,
    /// The route's name in metrics and in the document.
    pub(super) name: &'static str,
    /// A description for people.
    pub(super) summary: &'static str,
    /// The query parameter, if there is one: its name and description.
    pub(super) query: Option<(&'static str, &'static str)>,
    pub(super) answer: ResponseForm,
    /// The statuses of errors, besides those of the guard.
    pub(super) errors: &'static [u16],
    /// The handler; absent if every server has the route.
    handler: Option<fn() -> MethodRouter<AdminApi>>,
}

/// The body of a successful response.
pub(super) enum ResponseForm {
    /// JSON of this type.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// Text of this media type.
    Text(&'static str),
    /// An OpenAPI document, which describes itself.
    OpenApi,
}

fn json<T: JsonSchema>() -> ResponseForm {
    ResponseForm::Json(|schemas| schemas.subschema_for::<T>())
}

const OF_PLUGIN: &[u16] = &[404];
const OF_ORDER: &[u16] = &[404, 409];

/// Builds the table of all routes.
pub(super) fn table() -> Vec<AdminRoute> {
    let read = |path, name, summary, answer, handler| AdminRoute {
        method: Method::GET,
        path,
        name,
        summary,
        query: None,
        answer,
        errors: &[],
        handler,
    };
    let command = |path, name, summary, handler| AdminRoute {
        method: Method::POST,
        path,
        name,
        summary,
        query: None,
        answer: json::<ReloadResult>(),
        errors: OF_ORDER,
        handler: Some(handler),
    };
    let text = || ResponseForm::Text("text/plain; charset=utf-8");
    vec![
        read("/healthz", "healthz", "Liveness of the host.", text(), None),
        AdminRoute { errors: &[503], ..read("/readyz", "readyz", "Readiness of the host.", text(), None) },
        read(
            "/metrics",
            "metrics",
            "All metrics, for Prometheus.",
            ResponseForm::Text("text/plain; version=0.0.4; charset=utf-8"),
            Some(|| get(api::metrics)),
        ),
        read("/api/status", "status", "The host as a whole.", json::<Status>(), Some(|| get(api::status))),
        read("/api/openapi.json", "openapi", "This document.", ResponseForm::OpenApi, Some(|| get(api::openapi))),
        read("/api/plugins", "plugins", "All plugins, in short.", json::<PluginList>(), Some(|| get(api::list))),
        AdminRoute {
            errors: OF_PLUGIN,
            ..read(
                "/api/plugins/{id}",
                "plugin",
                "One plugin, in full.",
                json::<PluginDetails>(),
                Some(|| get(api::show)),
            )
        },
        command(
            "/api/plugins/{id}/reload",
            "reload",
            "Loads the version in the folder, and follows the folder from then on: a pin ends.",
            || post(api::reload),
        ),
        command(
            "/api/plugins/{id}/disable",
            "disable",
            "Stops serving the plugin, whatever is in the folder, until it is enabled.",
            || post(api::disable),
        ),
        command("/api/plugins/{id}/enable", "enable", "Serves a disabled plugin again.", || post(api::enable)),
        AdminRoute {
            query: Some(("to", "The first digits, at least 8, of the digest of the version to roll back to.")),
            errors: &[400, 404, 409],
            ..command(
                "/api/plugins/{id}/rollback",
                "rollback",
                "Rolls back to the version that was served before, and pins it, whatever is in the folder.",
                || post(api::roll_back),
            )
        },
        AdminRoute {
            answer: json::<Reloads>(),
            errors: &[],
            ..command(
                "/api/reload",
                "reload-all",
                "Reloads every plugin. Pinned plugins stay pinned, disabled plugins stay disabled.",
                || post(api::reload_all),
            )
        },
    ]
}

/// Builds the router of all routes except those that every server has.
pub(super) fn router(api: AdminApi) -> Router {
    let routes = table().into_iter().filter_map(|route| Some((route.path, named(route.name, route.handler?()))));
    routes.fold(Router::new(), |router, (path, route)| router.route(path, route)).with_state(api)
}
