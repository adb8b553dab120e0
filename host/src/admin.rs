//! The private server, for those who run the host: its plugins, metrics, health and reload.
//!
//! It runs on the threads that answer, which run no guest, so it answers whatever guests do. Nobody uses it without a
//! token, and no web page does at all.

mod access;
mod api;
mod client;
mod guard;
mod metrics;
mod openapi;
mod record;
mod routes;
mod token;
mod view;

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

pub(crate) use self::access::{Access, AccessError};
use self::api::Api;
pub(crate) use self::client::{AdminUrl, Client, ClientError};
use self::guard::Guard;
pub(crate) use self::metrics::Scraped;
use self::record::Clerk;
pub(crate) use self::token::{Token, TokenError};
pub(crate) use self::view::{
    CostsView, Granted, PluginDetails, PluginList, PluginSummary, QuantilesView, ReachView, ReloadEnd, ReloadResult,
    Reloads, State, Status, VersionView,
};
use crate::http::{Guards, Server, Vitals, or_fault};
use net::telemetry::metrics::Requests;

/// Where the admin API listens, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Address to listen at; without one there is no admin API.
    pub(crate) listen: Option<SocketAddr>,
    /// The file that holds the token. Without one, each start makes a token for the command line of the same user.
    pub(crate) token_file: Option<PathBuf>,
}

/// Loopback.
impl Default for Settings {
    fn default() -> Self {
        Self { listen: Some(SocketAddr::from(([127, 0, 0, 1], 8081))), token_file: None }
    }
}

/// Few connections, as few people and programs ask.
const GUARDS: Guards = Guards {
    connections: 64,
    head_time: Duration::from_secs(2),
    write_time: Duration::from_secs(10),
    drain_delay: Duration::ZERO,
    grace: Duration::ZERO,
};

/// Answers whoever has the token, for as long as it is polled.
///
/// The public server, whose host this is, is `scraped` for metrics and readiness.
pub(crate) async fn serve(listener: TcpListener, address: SocketAddr, token: Token, scraped: Scraped) -> Infallible {
    let vitals = Vitals { readiness: scraped.public.readiness.clone(), requests: Requests::default(), tls: None };
    let health = vitals.readiness.clone().routes();
    let clerk = Arc::new(Clerk::new(&token));
    let guard = Arc::new(Guard::new(address, token));
    let router = or_fault(routes::router(Api::new(scraped, &vitals.requests)).merge(health));
    // The guard stands before everything, so that not even a missing route tells a stranger something.
    let router = router.layer(from_fn_with_state(guard, guard::check)).layer(from_fn_with_state(clerk, record::keep));
    Server::private(GUARDS, router, vitals).serve(listener, pending()).await;
    unreachable!("nothing stops it")
}
