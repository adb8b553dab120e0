//! The life of a host, from its settings to its last request, as `serve`, `dev` and `conform` run it.
//!
//! Until it has waited for its plugins, a host refuses connections to its public address, and answers on its admin API
//! only: a refused connection is the one failure after which any proxy may send any request to another host.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;
use std::{fmt, io};

use jiff::Timestamp;
use tokio::net::TcpSocket;
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinSet;
use tracing::warn;

use super::admin::{AdminError, AdminListener};
use super::signals::{ReloadSignals, Signals};
use super::{clock_steps, memory, open_files, supervisor};
use crate::admin::Scraped;
use crate::auth::{Auth, AuthError};
use crate::config::{Config, Effective, Followed, Sources, follow};
use crate::http::{BasePath, PublicName, Server, ServerTls, ServerTlsError, listen_remedy};
use crate::plugin::{Cache, Compiler, Development, Event, Loader, PluginRegistry, StartWait, StateError, StateFolder};
use egress::store::StoreLocation;
use egress::{Egress, EgressError};
use engine::{Runtime, StartError};
use net::chain;
use net::exposure::{self, Exposed};
use net::os;
use net::scheduling::answer_at_once;
use net::telemetry::audit::{self, AuditError, AuditFile};

/// Connections that the kernel accepts and queues for the host.
pub(super) const BACKLOG: u32 = 1_024;

/// A failure to start a host.
#[derive(Debug, thiserror::Error)]
pub(super) enum HostError {
    /// The runtime for guests cannot be created.
    #[error(transparent)]
    Runtime(#[from] StartError),
    /// The egress of plugins cannot be set up.
    #[error(transparent)]
    Outside(#[from] EgressError),
    /// The address is in use, or is not an address of this machine.
    #[error("failed to listen at {address}; {}; `--listen 127.0.0.1:0` takes any free port", listen_remedy(source))]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// The public server's certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] ServerTlsError),
    /// The admin API cannot be started.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The operator state (disabled and pinned plugins) cannot be read or kept.
    #[error(transparent)]
    State(#[from] StateError),
    /// The audit log cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Authentication of callers cannot be set up.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The system grants no thread, signal handler or temporary folder.
    #[error("failed to start")]
    System(#[from] io::Error),
    /// The plugin folder does not exist.
    #[error("there is no folder {}; `--plugins` names the folder that holds the components", .0.display())]
    NoFolder(PathBuf),
}

/// Creates the tokio runtime that answers requests. Guests run in one of their own.
pub(super) fn answering_threads() -> Result<tokio::runtime::Runtime, HostError> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("answer")
        .on_thread_start(|| answer_at_once(0))
        .build()?)
}

/// Creates a loader from `config`, with the cache of compiled components of this user.
pub(super) fn loader(config: &Config) -> Result<Loader, HostError> {
    let runtime = Arc::new(Runtime::start(config.runtime)?);
    let dir = cache_dir();
    if dir.is_none() {
        let home = os::HOME;
        warn!("compiled components are not cached: set XDG_CACHE_HOME or {home} to keep them across starts");
    }
    let cache = dir.and_then(|dir| match Cache::open(&dir) {
        Ok(cache) => Some(cache),
        Err(error) => {
            warn!(error = %chain(&error), "compiled components are not cached");
            None
        }
    });
    let outside = Egress::open(config.egress.clone())?;
    Ok(Loader::new(runtime, Compiler::new(config.compile.clone()), cache, config.plugins.clone(), outside))
}

/// Makes a command keep what plugins store in memory, and so apart from a running host with the same settings, which has
/// their file open.
pub(super) fn keep_entries_apart(config: &mut Config) {
    config.egress.key_value.location = StoreLocation::Memory;
}

/// Returns `$XDG_CACHE_HOME/insight-host`, or `$HOME/.cache/insight-host` (Windows: `%LOCALAPPDATA%\insight-host\cache`).
fn cache_dir() -> Option<PathBuf> {
    let own = from_environment("XDG_CACHE_HOME").map(|dir| dir.join("insight-host"));
    own.or_else(|| Some(from_environment(os::HOME)?.join(os::CACHE_IN_HOME)))
}

/// Returns the path that an environment variable holds, if it is set.
pub(super) fn from_environment(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Opens the file of the audit log, if the settings name one.
pub(super) fn audit_file(config: &Config) -> Result<Option<AuditFile>, HostError> {
    Ok(config.audit.path.as_deref().map(AuditFile::open).transpose()?)
}

/// The URL that a host's routes begin with, such as `http://127.0.0.1:8080/insights`.
#[derive(Debug)]
pub(super) struct ListenUrl {
    scheme: &'static str,
    address: SocketAddr,
    base_path: BasePath,
}

impl fmt::Display for ListenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, address, base_path } = self;
        write!(f, "{scheme}://{address}{base_path}")
    }
}

/// Loads the folder and waits for it as long as `wait` says, listens, calls `ready` with the URL, and answers until a
/// signal stops it.
///
/// With `development`, this is the host of an author. The admin API answers before the host listens, with `loading` as
/// the readiness.
pub(super) async fn run(
    effective: Effective,
    sources: Sources,
    plugins: &Path,
    wait: StartWait,
    signals: Signals,
    development: Option<Development>,
    ready: impl AsyncFnOnce(ListenUrl, &Arc<PluginRegistry>, Receiver<Event>),
) -> Result<(), HostError> {
    let mut config = effective.config.clone();
    if !plugins.is_dir() {
        return Err(HostError::NoFolder(plugins.to_owned()));
    }
    let (started, began) = (Timestamp::now(), Instant::now());
    memory::dump_none();
    config.proxies.log();
    // Tasks that end with this function.
    let mut beside = JoinSet::new();
    let (stop, reloads) = signals.split(&mut beside);
    let mut stop = pin!(stop.wait());
    let address = config.http.listen;
    let public_name = config.http.public_name.as_ref().map(PublicName::host);
    let auth = Arc::new(Auth::start(config.auth.clone(), address, public_name)?);
    let socket = bind(address).map_err(|source| HostError::Listen { address, source })?;
    let door = AdminListener::take(&config.admin)?;
    config.http.connections = open_files::raise(config.http.connections);
    warn_of_exposed_settings(&sources);
    let state = StateFolder::open(&config.state, plugins)?;
    let loader = loader(&config)?.for_author(development);
    memory::hide();
    for own in [Some(socket.local_addr()?), door.address()].into_iter().flatten() {
        loader.outside().forbid(own);
    }
    let (registry, unloaded, events) = PluginRegistry::prepare(plugins, loader, state)?;
    let counts = auth.counts().clone();
    let server = Server::public(&config.http, Arc::clone(&registry), Arc::clone(&auth))?;
    let public = server.server_status().clone();
    let scraped = Scraped { registry: Arc::clone(&registry), public: public.clone(), auth: counts, started, began };
    let token = door.token();
    let admin = door.open(scraped)?;

    beside.spawn(supervisor::live());
    beside.spawn(clock_steps::report());
    let followed = Followed { registry: Arc::clone(&registry), auth, admin: token };
    let following = follow(sources, effective, followed)?;
    let serving = async {
        let watch = tokio::select! {
            watch = unloaded.load(wait) => watch,
            () = stop.as_mut() => return Ok(()),
        };
        beside.spawn(watch.run());
        beside.spawn(following);
        beside.spawn(public.clone().follow_load(Arc::clone(registry.runtime().capacity())));
        let listener = socket.listen(BACKLOG).map_err(|source| HostError::Listen { address, source })?;
        let scheme = if public.tls.is_some() { "https" } else { "http" };
        let url = ListenUrl { scheme, address: listener.local_addr()?, base_path: config.http.base_path.clone() };
        public.readiness.loaded();
        ready(url, &registry, events).await;
        supervisor::ready();
        if let Some(tls) = public.tls.clone() {
            beside.spawn(async move { tls.follow().await });
        }
        beside.spawn(reload_when_asked(reloads, public.tls.clone()));
        let stopping = async {
            stop.await;
            supervisor::stopping();
        };
        server.serve(listener, stopping).await;
        registry.save_last().await;
        Ok(())
    };
    tokio::select! {
        served = serving => served,
        // The admin API is served for as long as the public server runs, and does not end by itself.
        never = admin => match never {},
    }
}

/// Reloads certificates and reopens the audit log at each SIGHUP.
async fn reload_when_asked(mut reloads: ReloadSignals, tls: Option<Arc<ServerTls>>) {
    loop {
        reloads.next().await;
        supervisor::reloading();
        audit::reopen();
        if let Some(tls) = &tls {
            tls.reload().await;
        }
        supervisor::ready();
    }
}

/// Binds the address without listening yet: an address in use is reported before plugins are loaded,
/// and callers are refused until then instead of left waiting.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(os::REUSES_ADDRESSES)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Warns of permissions by which others may change the settings, and so grant plugins what they like.
fn warn_of_exposed_settings(sources: &Sources) {
    let exposed = sources.file().and_then(|file| exposure::of_file(file).ok());
    for Exposed { path, writers } in exposed.unwrap_or_default() {
        warn!(path = %path.display(), writers, "settings exposed: others may replace them");
    }
}
