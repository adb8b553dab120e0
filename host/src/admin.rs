//! The admin API: a private server for operators, with the plugins, metrics, health, reload and rollback of the host.
//!
//! It is a server of its own on the code of the public one, so its connections have the same guards. It runs on the
//! threads that answer requests, which run no guest, so it answers while guests use every core. Every request needs
//! the token, and requests of web pages are rejected.

mod access;
mod api;
mod client;
mod current_token;
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

pub(crate) use self::access::{Access, AccessError, Published};
use self::api::AdminApi;
pub(crate) use self::client::{AdminClient, AdminClientError, AdminUrl};
pub(crate) use self::current_token::CurrentToken;
use self::guard::Guard;
pub(crate) use self::metrics::Scraped;
use self::record::Clerk;
pub(crate) use self::token::{Token, TokenError};
pub(crate) use self::view::{
    CostsView, GrantView, LoadingView, PluginCounts, PluginDetails, PluginList, PluginSummary, QuantilesView,
    ReachView, ReloadEnd, ReloadResult, Reloads, SharesView, State, Status, UnsavedView, VersionView,
};
use crate::http::{Guards, Server, ServerStatus, or_fault};

/// The settings of the admin API.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The address to listen at; without one there is no admin API.
    pub(crate) listen: Option<SocketAddr>,
    /// The file that holds the token. Without one, each start makes a token for the command line of the same user.
    pub(crate) token_file: Option<PathBuf>,
}

/// The default address is on the loopback interface.
impl Default for Settings {
    fn default() -> Self {
        Self { listen: Some(SocketAddr::from(([127, 0, 0, 1], 8081))), token_file: None }
    }
}

/// Limits of connections: few, as an admin API has few clients.
const GUARDS: Guards = Guards {
    server: "admin",
    connections: 128,
    per_address: None,
    leaves_reserve: false,
    head_time: Duration::from_secs(2),
    write_time: Duration::from_secs(10),
    drain_delay: Duration::ZERO,
    grace: Duration::ZERO,
};

/// Serves requests that carry the token, for as long as it is polled.
///
/// `scraped` holds the public server and the plugins, for metrics and readiness.
pub(crate) async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    token: CurrentToken,
    scraped: Scraped,
) -> Infallible {
    let memory = scraped.registry.runtime().capacity().memory();
    let server_status = ServerStatus::new(scraped.public.readiness.clone(), None, &GUARDS, memory);
    let health = server_status.readiness.clone().routes();
    let clerk = Arc::new(Clerk::new(token.clone()));
    let guard = Arc::new(Guard::new(address, token));
    let router = or_fault(routes::router(AdminApi::new(scraped, &server_status.requests)).merge(health));
    // The guard runs before the router, so that an unauthenticated client cannot tell which routes exist.
    let router = router.layer(from_fn_with_state(guard, guard::check)).layer(from_fn_with_state(clerk, record::keep));
    Server::private(GUARDS, router, server_status).serve(listener, pending()).await;
    unreachable!("nothing stops it")
}
