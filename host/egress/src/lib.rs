//! What a plugin reaches outside its sandbox, and only as far as the operator grants it. Knows
//! nothing of wasm.
//!
//! Three things of three lifetimes: [`Outside`] is the host's own and lives as long as it does;
//! `Reach` is one plugin's, and outlives its reloads; `CallReach` is one call's.

mod address;
pub mod client;
#[cfg(fuzzing)]
pub mod fuzzing;
mod grants;
mod listening;
mod origin;
mod secrets;
pub mod store;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tracing::info;

pub use self::client::Settings as HttpClientSettings;
use self::client::{Client, ClientError, Shared, Usage};
pub use self::grants::Grants;
pub use self::grants::{KeyValueGrant, Network};
use self::listening::Listening;
pub use self::secrets::Unrevealed;
use self::secrets::{SecretError, Secrets};
use self::store::{Entries, OnDemand, Space, Store};
use admission::SharedMemory;
use contract::{Context, Printable};
use net::tls::{Tls, TlsError};
use net::trace::CallSpan;

/// What all plugins' reach has in common.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Outgoing HTTP.
    pub http_client: HttpClientSettings,
    /// What plugins leave for their later calls.
    pub key_value: store::Settings,
}

/// The outside as plugins may reach it: made once, at start.
pub struct Outside {
    /// By plugin, so that connections and counts outlive a reload.
    reaches: Mutex<HashMap<String, Arc<Reach>>>,
    http: Shared,
    store: OnDemand,
}

/// The host cannot reach outside as its settings say.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct OutsideError(#[from] TlsError);

/// What a plugin is granted is not to be had, such as a secret that is not there.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ReachError(#[from] ReachErrorKind);

#[derive(Debug, thiserror::Error)]
enum ReachErrorKind {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Store(#[from] store::OpenError),
}

impl Outside {
    /// Makes ready what plugins reach. Their connections are driven by the tokio runtime that this
    /// is called in.
    ///
    /// # Errors
    ///
    /// Fails with the setting to change.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    pub fn open(settings: Settings) -> Result<Self, OutsideError> {
        let tls = Tls::new(settings.http_client.ca_file.clone(), "http-client.ca-file");
        tls.check()?;
        let http = Shared {
            settings: Arc::new(settings.http_client),
            tls: Arc::new(tls),
            listening: Listening::default(),
            handle: Handle::current(),
        };
        Ok(Self { reaches: Mutex::default(), http, store: OnDemand::new(settings.key_value) })
    }

    /// Keeps plugins from an address that the host itself listens at, whatever they are granted.
    pub fn forbid(&self, address: SocketAddr) {
        self.http.listening.add(address);
    }

    /// Operations that the key-value store did not do; 0 if it was never needed.
    pub fn key_value_failures(&self) -> u64 {
        self.store.failures()
    }

    /// What the plugin `name` reaches under `grants`. The same as before, unless its grants or
    /// secrets changed. Reads files, and waits for the disk.
    ///
    /// # Errors
    ///
    /// Fails if something granted is not there.
    pub fn reach(&self, name: &str, grants: &Grants) -> Result<Arc<Reach>, ReachError> {
        let secrets = Secrets::read(&grants.secrets).map_err(ReachErrorKind::from)?;
        let mut reaches = self.reaches.lock().unwrap_or_else(PoisonError::into_inner);
        let before = reaches.get(name);
        let is_same = |reach: &&Arc<Reach>| reach.grants == *grants && reach.secrets.have_the_values_of(&secrets);
        if let Some(reach) = before.filter(is_same) {
            return Ok(Arc::clone(reach));
        }
        let refused = before.map(|reach| Arc::clone(&reach.refused)).unwrap_or_default();
        let (name, secrets): (Arc<str>, _) = (name.into(), Arc::new(secrets));
        let client = Client::new(Arc::clone(&name), &grants.http, Arc::clone(&secrets), &self.http);
        let client = Arc::new(client.map_err(ReachErrorKind::from)?);
        let store = grants.key_value.map(|grant| self.store.open().map(|store| (grant, store)));
        let store = store.transpose().map_err(ReachErrorKind::from)?;
        let grants = grants.clone();
        let reach = Arc::new(Reach { name: Arc::clone(&name), grants, secrets, client, refused, store });
        reaches.insert(name.as_ref().to_owned(), Arc::clone(&reach));
        Ok(reach)
    }
}

/// What one plugin reaches.
pub struct Reach {
    name: Arc<str>,
    grants: Grants,
    secrets: Arc<Secrets>,
    client: Arc<Client>,
    refused: Arc<Refused>,
    /// If it is granted one, and whose entries it has there.
    store: Option<(KeyValueGrant, Arc<Store>)>,
}

impl Reach {
    /// What the operator grants it.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// How often it reached for what it may not.
    pub fn refused(&self) -> &Refused {
        &self.refused
    }
}

/// What plugins reach for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Http,
    Secret,
    KeyValue,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Http, Self::Secret, Self::KeyValue];

    /// Its name in metrics and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Secret => "secret",
            Self::KeyValue => "key-value",
        }
    }
}

/// How often a plugin reached for what it may not, by kind.
#[derive(Debug, Default)]
pub struct Refused([AtomicU64; Kind::ALL.len()]);

impl Refused {
    /// Counts one refusal.
    pub fn count(&self, kind: Kind) {
        self.0[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Refusals so far.
    pub fn get(&self, kind: Kind) -> u64 {
        self.0[kind as usize].load(Ordering::Relaxed)
    }
}

/// What one call reaches: its plugin's reach, and what of it this call has used.
pub struct CallReach {
    reach: Arc<Reach>,
    context: Arc<Context>,
    /// What a trace shows of the call.
    span: CallSpan,
    /// Nothing waits longer than this.
    deadline: Instant,
    /// What the call shares with all others.
    memory: Arc<SharedMemory>,
    /// What of its plugin's way out the call has used.
    usage: Usage,
    /// What was refused to it so far.
    refusals: AtomicU64,
    /// If its plugin is granted any.
    entries: Option<Entries>,
    /// Whether the call has ended, for what it still had under way.
    is_over: Arc<AtomicBool>,
}

impl CallReach {
    pub fn new(
        reach: Arc<Reach>,
        context: Arc<Context>,
        span: CallSpan,
        deadline: Instant,
        memory: Arc<SharedMemory>,
    ) -> Self {
        let entries = reach.store.as_ref().map(|(grant, store)| {
            let space = Space::of(&reach.name, *grant, context.caller.as_ref());
            Entries::new(Arc::clone(store), space, span.clone(), deadline)
        });
        let (usage, refusals, is_over) = (Usage::default(), AtomicU64::new(0), Arc::default());
        Self { reach, context, span, deadline, memory, usage, refusals, entries, is_over }
    }

    /// Says that the call has ended. To be called before anything of the guest's is dropped.
    pub fn end_call(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// A secret that the plugin may read.
    ///
    /// # Errors
    ///
    /// Fails if it may not.
    pub fn reveal(&self, name: &str) -> Result<String, Unrevealed> {
        let revealed = self.reach.secrets.reveal(name);
        if let Err(why) = revealed {
            self.refuse(Kind::Secret, &format!("the secret `{}` is {why}", &name[..name.floor_char_boundary(64)]));
        }
        revealed
    }

    /// Counts what the plugin may not do, and logs it, as often as a call may have lines of the log.
    fn refuse(&self, kind: Kind, why: &str) {
        const LINES: u64 = 32;
        self.reach.refused().count(kind);
        if self.refusals.fetch_add(1, Ordering::Relaxed) < LINES {
            let (plugin, why) = (&self.reach.name, Printable(why));
            let times = self.reach.refused().get(kind);
            info!(%plugin, kind = kind.name(), %why, times, "a plugin reached for what it may not");
        }
    }

    /// The key-value entries of its plugin. A refusal if there are none for want of a grant.
    pub fn entries(&self) -> Option<&Entries> {
        if self.entries.is_none() {
            self.refuse(Kind::KeyValue, "it is granted no key-value entries");
        }
        self.entries.as_ref()
    }

    /// Time that a host call may wait: `wanted`, or what the call has left if that is less.
    fn time(&self, wanted: Duration) -> Duration {
        wanted.min(self.deadline.saturating_duration_since(Instant::now()))
    }
}
