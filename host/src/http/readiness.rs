//! Health and readiness: what those who run a host ask, on either of its servers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::interval;
use tracing::{info, warn};

use super::route::named;
use admission::Capacity;
use admission::Overload;

/// Time between looks at how full the host is.
const LOOK: Duration = Duration::from_millis(250);

/// Whether a host wants requests, and if not, why. Those that come are answered all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReadyState {
    /// It does.
    Ready,
    /// Its plugins are not loaded yet.
    Loading,
    /// It has had as much to do as it can for a while.
    Overloaded,
    /// It was asked to end.
    Draining,
}

/// Whether a host wants requests. A clone says the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<Facts>);

/// Each is found out by somebody else.
#[derive(Debug, Default)]
struct Facts {
    is_loaded: AtomicBool,
    is_overloaded: AtomicBool,
    is_draining: AtomicBool,
}

impl Readiness {
    /// Says from now on that plugins are loaded.
    pub(crate) fn loaded(&self) {
        self.0.is_loaded.store(true, Ordering::Relaxed);
    }

    /// Says from now on that no more requests are wanted.
    pub(super) fn drain(&self) {
        self.0.is_draining.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.0.is_draining.load(Ordering::Relaxed)
    }

    /// How it stands. What lasts longest comes first.
    pub(crate) fn state(&self) -> ReadyState {
        if self.is_draining() {
            return ReadyState::Draining;
        }
        if !self.0.is_loaded.load(Ordering::Relaxed) {
            return ReadyState::Loading;
        }
        if self.0.is_overloaded.load(Ordering::Relaxed) {
            return ReadyState::Overloaded;
        }
        ReadyState::Ready
    }

    /// Follows how full `capacity` is, for as long as it is polled.
    pub(crate) async fn follow(self, capacity: Arc<Capacity>) {
        let mut overload = Overload::default();
        let mut looks = interval(LOOK);
        loop {
            looks.tick().await;
            let is_overloaded = overload.look(&capacity.usage(), Instant::now());
            if self.0.is_overloaded.swap(is_overloaded, Ordering::Relaxed) == is_overloaded {
                continue;
            }
            if is_overloaded {
                warn!("overloaded: readiness is off until calls or their memory become fewer");
            } else {
                info!("no longer overloaded");
            }
        }
    }

    /// The routes `/healthz`, which says that the host lives, and `/readyz`.
    pub(crate) fn routes(self) -> Router {
        let ready = async move || {
            let state = self.state();
            (state.status(), state.line())
        };
        Router::new()
            .route("/healthz", named("healthz", get(async || "ok\n")))
            .route("/readyz", named("readyz", get(ready)))
    }
}

impl ReadyState {
    /// What a balancer goes by.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Ready => StatusCode::OK,
            Self::Loading | Self::Overloaded | Self::Draining => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A line for people and programs.
    fn line(self) -> String {
        match self {
            Self::Ready => "ok\n".to_owned(),
            Self::Loading | Self::Overloaded | Self::Draining => format!("{self}\n"),
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "ready",
            Self::Loading => "loading",
            Self::Overloaded => "overloaded",
            Self::Draining => "draining",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_ready_from_its_load_until_it_drains() {
        let readiness = Readiness::default();
        assert_eq!(readiness.state(), ReadyState::Loading);

        readiness.loaded();
        assert_eq!(readiness.state(), ReadyState::Ready);

        readiness.0.is_overloaded.store(true, Ordering::Relaxed);
        assert_eq!(readiness.state(), ReadyState::Overloaded);

        readiness.drain();
        assert_eq!(readiness.state(), ReadyState::Draining);
    }
}
