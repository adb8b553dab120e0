//! Health and readiness: what those who run a host ask, on either of its servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use super::route::named;

/// Whether a host wants requests. A clone says the same.
#[derive(Clone, Debug)]
pub(crate) struct Readiness(Arc<AtomicBool>);

impl Readiness {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Says from now on that no more requests are wanted. They are answered all the same.
    pub(super) fn drain(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether it has said so.
    pub(crate) fn is_draining(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }

    /// The routes `/healthz`, which says that the host lives, and `/readyz`.
    pub(crate) fn routes(self) -> Router {
        let ready = async move || match self.is_draining() {
            false => (StatusCode::OK, "ok\n"),
            true => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
        };
        Router::new()
            .route("/healthz", named("healthz", get(async || "ok\n")))
            .route("/readyz", named("readyz", get(ready)))
    }
}
