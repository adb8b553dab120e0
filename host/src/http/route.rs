//! Names of routes in metrics and traces: few, and none chosen by a caller.

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{Request, Response};
use axum::middleware::{Next, from_fn};
use axum::routing::MethodRouter;

use super::fault::Fault;

/// The route that a response came by.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// Its name; `none` if the response came by no route.
    pub(super) name: &'static str,
    /// Its path in the router, such as `/api/providers/{provider}/record-summary`.
    pub(super) path: Option<MatchedPath>,
}

impl Route {
    /// The route that `response` came by.
    pub(super) fn of<B>(response: &Response<B>) -> Self {
        response.extensions().get().cloned().unwrap_or(Self { name: "none", path: None })
    }
}

/// Names a route.
pub(crate) fn named<S: Clone + Send + Sync + 'static>(name: &'static str, route: MethodRouter<S>) -> MethodRouter<S> {
    route.layer(from_fn(move |path: MatchedPath, request: Request<Body>, next: Next| async move {
        let mut response = next.run(request).await;
        response.extensions_mut().insert(Route { name, path: Some(path) });
        response
    }))
}

/// Adds an answer to requests without a route to `router`.
pub(crate) fn or_fault(router: Router) -> Router {
    or_not_allowed(router.fallback(async || Fault::not_found("there is no such route")))
}

/// Adds an answer to other methods of the routes of `router`.
pub(super) fn or_not_allowed(router: Router) -> Router {
    router.method_not_allowed_fallback(async || Fault::method_not_allowed())
}
