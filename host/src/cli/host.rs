//! What `serve` and `dev` have in common: a host from settings to its last request.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::{fmt, io};

use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpSocket;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinSet;
use tracing::{debug, warn};

use super::admin::{AdminError, AdminListener};
use super::supervisor;
use crate::admin::Scraped;
use crate::auth::{Auth, AuthError};
use crate::config::{Config, Effective, Sources, follow};
use crate::http::{BasePath, Server, ServerTls, ServerTlsError};
use crate::plugin::{Cache, Compiler, Event, Loader, PluginRegistry, StateError, StateFolder};
use egress::{Egress, EgressError};
use engine::{Runtime, StartError};
use net::telemetry::audit::{self, AuditError, AuditFile};

/// Connections that the kernel takes before the host does.
pub(super) const BACKLOG: u32 = 1_024;

/// The host does not start.
#[derive(Debug, thiserror::Error)]
pub(super) enum HostError {
    /// No runtime for guests.
    #[error(transparent)]
    Runtime(#[from] StartError),
    /// What plugins reach outside is not to be had.
    #[error(transparent)]
    Outside(#[from] EgressError),
    /// Somebody else listens there, or it is no address of this machine.
    #[error("failed to listen at {address}; is another server there? `--listen 127.0.0.1:0` takes any free port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The public server's certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] ServerTlsError),
    /// The admin API cannot be had as the settings say.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// What is disabled and pinned is not known, or cannot be kept.
    #[error(transparent)]
    State(#[from] StateError),
    /// The audit log cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Callers cannot be told from strangers.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// Threads, signals or a temporary folder are not to be had.
    #[error("failed to start")]
    System(#[from] io::Error),
    /// The plugin folder is not there.
    #[error("there is no folder {}; `--plugins` names the folder that holds the components", .0.display())]
    NoFolder(PathBuf),
}

/// The runtime that requests are answered in. Guests have one of their own.
pub(super) fn answering_threads() -> Result<tokio::runtime::Runtime, HostError> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("answer").build()?)
}

/// A loader as `config` says, with the cache of this user.
pub(super) fn loader(config: &Config) -> Result<Loader, HostError> {
    let runtime = Arc::new(Runtime::start(config.runtime)?);
    let cache = cache_dir().and_then(|dir| match Cache::open(&dir) {
        Ok(cache) => Some(cache),
        Err(error) => {
            warn!(error = &error as &dyn std::error::Error, "compiled components are not cached");
            None
        }
    });
    let outside = Egress::open(config.reach.clone())?;
    Ok(Loader::new(runtime, Compiler::new(config.compile.clone()), cache, config.plugins.clone(), outside))
}

/// `$XDG_CACHE_HOME/insight-host`, else `$HOME/.cache/insight-host`.
fn cache_dir() -> Option<PathBuf> {
    from_environment("XDG_CACHE_HOME")
        .or_else(|| Some(from_environment("HOME")?.join(".cache")))
        .map(|dir| dir.join("insight-host"))
}

/// The path that a variable holds, if it is set.
pub(super) fn from_environment(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The file of the audit log, if the settings name one.
pub(super) fn audit_file(config: &Config) -> Result<Option<AuditFile>, HostError> {
    Ok(config.audit.path.as_deref().map(AuditFile::open).transpose()?)
}

/// Where a host's routes are: `http://127.0.0.1:8080/insights`.
#[derive(Debug)]
pub(super) struct PublicUrl {
    scheme: &'static str,
    address: SocketAddr,
    base_path: BasePath,
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, address, base_path } = self;
        write!(f, "{scheme}://{address}{base_path}")
    }
}

/// Loads the folder, listens, calls `ready` with the URL, and answers until told to stop.
///
/// The admin API answers before plugins are loaded, and says so. The public address is refused until then: that is the
/// one failure after which every proxy may send a request elsewhere, whatever its method.
pub(super) async fn run(
    effective: Effective,
    sources: Sources,
    plugins: &Path,
    ready: impl AsyncFnOnce(PublicUrl, &PluginRegistry, Receiver<Event>),
) -> Result<(), HostError> {
    let config = effective.config.clone();
    if !plugins.is_dir() {
        return Err(HostError::NoFolder(plugins.to_owned()));
    }
    let started = Timestamp::now();
    raise_open_files();
    dump_no_core();
    let mut stop = pin!(stop_signal()?);
    let hangup = signal(SignalKind::hangup())?;
    let address = config.http.listen;
    let auth = Auth::start(config.auth.clone(), address)?;
    let socket = bind(address).map_err(|source| HostError::Listen { address, source })?;
    let door = AdminListener::take(&config.admin)?;
    let state = StateFolder::open(&config.state, plugins)?;
    let loader = loader(&config)?;
    for own in [Some(socket.local_addr()?), door.address()].into_iter().flatten() {
        loader.outside().forbid(own);
    }
    let (shelf, unloaded, events) = PluginRegistry::prepare(plugins, loader, state)?;
    let counts = auth.counts().clone();
    let server = Server::public(&config.http, Arc::clone(&shelf), Arc::new(auth))?;
    let public = server.vitals().clone();
    let scraped = Scraped { shelf: Arc::clone(&shelf), public: public.clone(), auth: counts, started };
    let admin = door.open(scraped)?;

    // They end with this function.
    let mut beside = JoinSet::new();
    beside.spawn(supervisor::live());
    let following = follow(sources, effective, Arc::clone(&shelf))?;
    let serving = async {
        let watch = tokio::select! {
            watch = unloaded.load() => watch,
            () = stop.as_mut() => return Ok(()),
        };
        beside.spawn(watch.run());
        beside.spawn(following);
        beside.spawn(public.readiness.clone().follow(Arc::clone(shelf.runtime().capacity())));
        let listener = socket.listen(BACKLOG).map_err(|source| HostError::Listen { address, source })?;
        let scheme = if public.tls.is_some() { "https" } else { "http" };
        let url = PublicUrl { scheme, address: listener.local_addr()?, base_path: config.http.base_path.clone() };
        public.readiness.loaded();
        ready(url, &shelf, events).await;
        supervisor::ready();
        if let Some(tls) = public.tls.clone() {
            beside.spawn(async move { tls.follow().await });
        }
        beside.spawn(reload_when_asked(hangup, public.tls.clone()));
        let stopping = async {
            stop.await;
            supervisor::stopping();
        };
        server.serve(listener, stopping).await;
        Ok(())
    };
    tokio::select! {
        served = serving => served,
        // It has an answer as long as the other has, and no end of its own.
        never = admin => match never {},
    }
}

/// Reads again what can be without a new start, and opens logs anew, whenever the operator asks by SIGHUP.
async fn reload_when_asked(mut hangup: Signal, tls: Option<Arc<ServerTls>>) {
    while hangup.recv().await.is_some() {
        supervisor::reloading();
        audit::reopen();
        if let Some(tls) = &tls {
            tls.reload().await;
        }
        supervisor::ready();
    }
}

/// Takes the address without listening yet: until plugins are loaded, callers are refused rather
/// than left to wait, and an address that is taken is told at once.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Resolves when the process is asked to end; asked again, it ends at once.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            eprintln!("stopped without waiting for requests in flight");
            std::process::exit(super::exit::FAILURE.into());
        });
    })
}

/// Leaves no core dump: it would hold every plugin's secrets and every tenant's data.
fn dump_no_core() {
    if let Err(error) = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }) {
        debug!(%error, "the limit of core dumps stays");
    }
}

/// Raises the soft limit of open files to the hard one: each connection is a descriptor, and the
/// usual soft limit of 1,024 is for programs that use `select`.
fn raise_open_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        debug!(?current, %error, "the limit of open files stays");
    }
}
