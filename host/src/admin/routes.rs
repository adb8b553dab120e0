//! The one table of the admin API's routes: out of it comes the router, and the document that describes it.

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::api::{self, Api};
use super::view::{PluginDetails, PluginList, ReloadResult, Reloads, Status};
use crate::http::named;

/// A route.
pub(super) struct Route {
    pub(super) method: Method,
    /// With the parameter `{id}`, if it is of one plugin.
    pub(super) path: &'static str,
    /// What metrics and the document know it by.
    pub(super) name: &'static str,
    /// What it does, for people.
    pub(super) summary: &'static str,
    /// A parameter of the query, and what it is.
    pub(super) query: Option<(&'static str, &'static str)>,
    pub(super) answer: Answer,
    /// Statuses of errors, besides those that the guard gives.
    pub(super) errors: &'static [u16],
    /// What answers; nothing, if every server has the route.
    handler: Option<fn() -> MethodRouter<Api>>,
}

/// What a route answers if all is well.
pub(super) enum Answer {
    /// JSON of this type.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// Text of this media type.
    Text(&'static str),
    /// JSON that describes itself.
    OpenApi,
}

fn json<T: JsonSchema>() -> Answer {
    Answer::Json(|schemas| schemas.subschema_for::<T>())
}

const OF_PLUGIN: &[u16] = &[404];
const OF_ORDER: &[u16] = &[404, 409, 500];

/// Every route there is.
pub(super) fn table() -> Vec<Route> {
    let read = |path, name, summary, answer, handler| Route {
        method: Method::GET,
        path,
        name,
        summary,
        query: None,
        answer,
        errors: &[],
        handler,
    };
    let order = |path, name, summary, handler| Route {
        method: Method::POST,
        path,
        name,
        summary,
        query: None,
        answer: json::<ReloadResult>(),
        errors: OF_ORDER,
        handler: Some(handler),
    };
    let text = || Answer::Text("text/plain; charset=utf-8");
    vec![
        read("/healthz", "healthz", "Says that the host lives.", text(), None),
        Route { errors: &[503], ..read("/readyz", "readyz", "Says whether the host wants requests.", text(), None) },
        read(
            "/metrics",
            "metrics",
            "All metrics, for Prometheus.",
            Answer::Text("text/plain; version=0.0.4; charset=utf-8"),
            Some(|| get(api::metrics)),
        ),
        read("/api/status", "status", "The host as a whole.", json::<Status>(), Some(|| get(api::status))),
        read("/api/openapi.json", "openapi", "This document.", Answer::OpenApi, Some(|| get(api::openapi))),
        read("/api/plugins", "plugins", "All plugins, in short.", json::<PluginList>(), Some(|| get(api::list))),
        Route {
            errors: OF_PLUGIN,
            ..read(
                "/api/plugins/{id}",
                "plugin",
                "One plugin, with all that is known of it.",
                json::<PluginDetails>(),
                Some(|| get(api::show)),
            )
        },
        order(
            "/api/plugins/{id}/reload",
            "reload",
            "Loads what is in the folder, and follows the folder from then on: a pin ends.",
            || post(api::reload),
        ),
        order(
            "/api/plugins/{id}/disable",
            "disable",
            "Serves the plugin no more, whatever is in the folder, until it is enabled.",
            || post(api::disable),
        ),
        order("/api/plugins/{id}/enable", "enable", "Serves a plugin again that was disabled.", || post(api::enable)),
        Route {
            query: Some(("to", "First digits of the digest of the version to go back to, 8 at least.")),
            errors: &[400, 404, 409, 500],
            ..order(
                "/api/plugins/{id}/rollback",
                "rollback",
                "Goes back to the version that was served before, and stays there, whatever is in the folder.",
                || post(api::roll_back),
            )
        },
        Route {
            answer: json::<Reloads>(),
            errors: &[],
            ..order(
                "/api/reload",
                "reload-all",
                "Loads every plugin again. Those that are pinned stay so, those that are disabled are left.",
                || post(api::reload_all),
            )
        },
    ]
}

/// The router of all routes but those that every server has.
pub(super) fn router(api: Api) -> Router {
    let routes = table().into_iter().filter_map(|route| Some((route.path, named(route.name, route.handler?()))));
    routes.fold(Router::new(), |router, (path, route)| router.route(path, route)).with_state(api)
}
