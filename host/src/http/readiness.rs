//! Health and readiness probes, and load shedding by readiness.
//!
//! Readiness has hysteresis: it goes off after one second with 95 % of the slots, memory or connections taken, and on after two
//! seconds with 75 % at most. A load balancer then sends requests to other hosts. If every host is full, it must send
//! them anyway; admission control then rejects the surplus.

mod requirement;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::interval;
use tracing::{info, warn};

pub use self::requirement::ReadyPlugins;
use self::requirement::Requirement;
use super::pool::ConnectionPool;
use super::route::named;
use crate::plugin::PluginRegistry;
use admission::{Capacity, Overload};

/// Time between checks of the host's load.
const LOOK: Duration = Duration::from_millis(250);

/// The readiness of a host for requests. Requests that arrive while it is not ready are answered all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReadyState {
    /// The host is ready.
    Ready,
    /// Its plugins are not loaded yet.
    Loading,
    /// It serves no plugin, and the settings require one.
    NoPlugin,
    /// It does not serve every plugin of the folder, and the settings require all.
    Incomplete,
    /// It has been at capacity for a while.
    Overloaded,
    /// It is shutting down.
    Draining,
}

/// The readiness of a host. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readiness(Arc<Facts>);

/// The facts that readiness depends on. Each is set by another task.
#[derive(Debug, Default)]
struct Facts {
    is_loaded: AtomicBool,
    is_overloaded: AtomicBool,
    is_draining: watch::Sender<bool>,
    requirement: Option<Requirement>,
}

impl Readiness {
    /// Creates the readiness of a host that must serve these plugins to be ready.
    pub(super) fn requiring(plugins: ReadyPlugins, registry: Arc<PluginRegistry>) -> Self {
        let requirement = Some(Requirement::new(plugins, registry));
        Self(Arc::new(Facts { requirement, ..Facts::default() }))
    }

    /// Records that plugins are loaded.
    pub(crate) fn loaded(&self) {
        self.0.is_loaded.store(true, Ordering::Relaxed);
    }

    /// Turns readiness off for good.
    pub(super) fn drain(&self) {
        self.0.is_draining.send_replace(true);
    }

    pub(super) fn is_draining(&self) -> bool {
        *self.0.is_draining.borrow()
    }

    /// Resolves when readiness is off for good.
    pub(super) async fn drained(&self) {
        // It fails only without a sender, which this has.
        let _ = self.0.is_draining.subscribe().wait_for(|is_draining| *is_draining).await;
    }

    /// The current state. The reason that lasts longest takes precedence.
    pub(crate) fn state(&self) -> ReadyState {
        if self.is_draining() {
            return ReadyState::Draining;
        }
        if !self.0.is_loaded.load(Ordering::Relaxed) {
            return ReadyState::Loading;
        }
        if let Some(lack) = self.0.requirement.as_ref().and_then(Requirement::lack) {
            return lack;
        }
        if self.0.is_overloaded.load(Ordering::Relaxed) {
            return ReadyState::Overloaded;
        }
        ReadyState::Ready
    }

    /// Follows the load of `capacity`, and of connections that requests are being answered on, for as long as it is
    /// polled. Connections that wait for a request do not count: they give way to others, and strangers must not be able
    /// to turn readiness off by holding some.
    pub(super) async fn follow(&self, capacity: &Capacity, pool: &ConnectionPool) {
        let (mut overload, mut overload_of_connections) = (Overload::default(), Overload::default());
        let mut looks = interval(LOOK);
        loop {
            looks.tick().await;
            let now = Instant::now();
            let is_full = overload_of_connections.look(&pool.usage(), now);
            let is_overloaded = overload.look(&capacity.usage(), now) || is_full;
            if self.0.is_overloaded.swap(is_overloaded, Ordering::Relaxed) == is_overloaded {
                continue;
            }
            if is_overloaded {
                warn!("overloaded: readiness is off until fewer calls, connections or less memory are in use");
            } else {
                info!("no longer overloaded");
            }
        }
    }

    /// The routes `/healthz`, which answers as long as the host runs, and `/readyz`.
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
    /// The HTTP status, which load balancers evaluate.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Ready => StatusCode::OK,
            Self::Loading | Self::NoPlugin | Self::Incomplete | Self::Overloaded | Self::Draining => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// The body of the response: one line for people and programs.
    fn line(self) -> String {
        match self {
            Self::Ready => "ok\n".to_owned(),
            Self::Loading | Self::NoPlugin | Self::Incomplete | Self::Overloaded | Self::Draining => {
                format!("{self}\n")
            }
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "ready",
            Self::Loading => "loading",
            Self::NoPlugin => "no-plugin",
            Self::Incomplete => "incomplete",
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
