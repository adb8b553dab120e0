//! Routes by the names that metrics have for them: few, and none of the caller's making.

use std::future::ready;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::middleware::map_response;
use axum::routing::MethodRouter;

use super::fault::Fault;

/// The name of a response's route.
#[derive(Clone, Copy, Debug)]
struct Route(&'static str);

/// Gives a route its name.
pub(crate) fn named<S: Clone + Send + Sync + 'static>(name: &'static str, route: MethodRouter<S>) -> MethodRouter<S> {
    route.layer(map_response(move |mut response: Response<Body>| {
        response.extensions_mut().insert(Route(name));
        ready(response)
    }))
}

/// Has every other request of `router` answered too.
pub(crate) fn or_fault(router: Router) -> Router {
    or_not_allowed(router.fallback(async || Fault::not_found("there is no such route")))
}

/// Has every other method of `router`'s routes answered too.
pub(super) fn or_not_allowed(router: Router) -> Router {
    router.method_not_allowed_fallback(async || Fault::method_not_allowed())
}

/// The name of the route that answered so; `none` if it was none.
pub(super) fn name_of<B>(response: &Response<B>) -> &'static str {
    response.extensions().get().map_or("none", |Route(name)| name)
}
