//! Egress: the network, secrets and key-value store that a plugin can use outside its sandbox, as far as the
//! operator grants them. Independent of wasm.
//!
//! Three types have three lifetimes: [`Egress`] belongs to the host, `PluginEgress` to a plugin across its reloads,
//! and `CallEgress` to one call.
//!
//! Nothing is reachable while a plugin prepares, in a trial or in `init`: a snapshot would keep what it had
//! read for ever.

mod address;
pub mod client;
mod denials;
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
use self::client::{CallUsage, PluginClient, PluginClientError, Shared};
pub use self::denials::{EgressDenials, EgressKind};
pub use self::grants::{Grants, HttpGrant, KeyValueGrant, Network, SecretGrant};
use self::listening::Listening;
pub use self::secrets::{AuthorSecret, Unrevealed};
use self::secrets::{SecretError, Secrets};
use self::store::{Entries, OnDemand, Space, Store, StoreShare};
use admission::MemoryOwner;
use contract::{Context, Printable};
use net::tls::{Tls, TlsError};
use net::trace::CallSpan;

/// The settings of every plugin's egress.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Outgoing HTTP.
    pub http_client: HttpClientSettings,
    /// The key-value store.
    pub key_value: store::Settings,
}

/// The host's egress, created once at start.
pub struct Egress {
    /// The egress of each plugin by name, so that connections and counts outlive a reload.
    reaches: Mutex<HashMap<String, Arc<PluginEgress>>>,
    http: Shared,
    store: OnDemand,
}

/// The settings of outgoing connections cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct EgressError(#[from] TlsError);

/// Something that a plugin is granted is unavailable, such as a missing secret.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct GrantError(#[from] GrantErrorKind);

impl GrantError {
    /// Returns whether another attempt may succeed although nothing has changed, as with a disk that fails for a while.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match &self.0 {
            GrantErrorKind::Secret(error) => error.may_pass(),
            GrantErrorKind::Client(error) => matches!(error, PluginClientError::Tls(_)),
            GrantErrorKind::Store(_) => true,
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum GrantErrorKind {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Client(#[from] PluginClientError),
    #[error(transparent)]
    Store(#[from] store::OpenError),
}

impl Egress {
    /// Prepares the egress of plugins. Their connections run on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails with a message that names the setting to change.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    pub fn open(settings: Settings) -> Result<Self, EgressError> {
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

    /// Denies plugins an address that the host itself listens at, whatever they are granted.
    pub fn forbid(&self, address: SocketAddr) {
        self.http.listening.add(address);
    }

    /// Reads the file of `http-client.ca-file` again, because it has changed. Connections that plugins make from now on
    /// trust its certificates, if it has any. Blocks on the disk.
    pub fn reread_trust(&self) {
        self.http.tls.reread();
    }

    /// Returns the number of failed key-value operations; 0 if the store was never opened.
    pub fn key_value_failures(&self) -> u64 {
        self.store.failures()
    }

    /// Returns the egress of the plugin `name` under `grants`, and the existing one unless its grants or
    /// secrets have changed. Reads files, and waits for the disk.
    ///
    /// # Errors
    ///
    /// Fails if something granted is unavailable.
    pub fn egress(&self, name: &str, grants: &Grants) -> Result<Arc<PluginEgress>, GrantError> {
        let secrets = Secrets::read(&grants.secrets).map_err(GrantErrorKind::from)?;
        let mut reaches = self.reaches.lock().unwrap_or_else(PoisonError::into_inner);
        let before = reaches.get(name);
        let is_same =
            |egress: &&Arc<PluginEgress>| egress.grants == *grants && egress.secrets.have_the_values_of(&secrets);
        if let Some(egress) = before.filter(is_same) {
            return Ok(Arc::clone(egress));
        }
        let refused = before.map(|egress| Arc::clone(&egress.refused)).unwrap_or_default();
        let (name, secrets): (Arc<str>, _) = (name.into(), Arc::new(secrets));
        let (by, denials) = (Arc::clone(&name), Arc::clone(&refused));
        let client = PluginClient::new(by, &grants.http, Arc::clone(&secrets), denials, &self.http);
        let client = Arc::new(client.map_err(GrantErrorKind::from)?);
        let store = grants.key_value.map(|grant| self.store.open().map(|store| (grant, store)));
        let store = store.transpose().map_err(GrantErrorKind::from)?;
        let grants = grants.clone();
        let egress = Arc::new(PluginEgress { name: Arc::clone(&name), grants, secrets, client, refused, store });
        reaches.insert(name.as_ref().to_owned(), Arc::clone(&egress));
        Ok(egress)
    }
}

/// The egress of one plugin.
pub struct PluginEgress {
    name: Arc<str>,
    grants: Grants,
    secrets: Arc<Secrets>,
    client: Arc<PluginClient>,
    refused: Arc<EgressDenials>,
    /// The key-value store and the plugin's kind of space in it, if it is granted one.
    store: Option<(KeyValueGrant, Arc<Store>)>,
}

impl PluginEgress {
    /// Returns the plugin's grants.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Returns the plugin's share of the key-value store, if it is granted one.
    pub fn store_share(&self) -> Option<StoreShare> {
        self.store.as_ref().map(|(_, store)| store.share(&self.name))
    }

    /// Returns the number of the plugin's backends that do not respond, and to which requests fail at once.
    pub fn backends_down(&self) -> usize {
        self.client.backends_down()
    }

    /// Returns the counts of denied operations.
    pub fn refused(&self) -> &EgressDenials {
        &self.refused
    }
}

/// The egress of one call: its plugin's egress, and this call's use of it.
pub struct CallEgress {
    egress: Arc<PluginEgress>,
    context: Arc<Context>,
    /// The call's span in a trace.
    span: CallSpan,
    /// The latest time until which an operation may wait.
    deadline: Instant,
    /// The owner of the memory that it holds for the call.
    memory: MemoryOwner,
    /// The call's use of outgoing HTTP.
    usage: CallUsage,
    /// The number of operations denied to the call so far.
    refusals: AtomicU64,
    /// The key-value entries, if the plugin is granted any.
    entries: Option<Arc<Entries>>,
    /// Set when the call has ended, for operations still in progress.
    is_over: Arc<AtomicBool>,
}

impl CallEgress {
    /// Creates the egress of one call, which waits for nothing beyond `deadline`.
    pub fn new(
        egress: Arc<PluginEgress>,
        context: Arc<Context>,
        span: CallSpan,
        deadline: Instant,
        memory: MemoryOwner,
    ) -> Self {
        let entries = egress.store.as_ref().map(|(grant, store)| {
            let space = Space::of(&egress.name, *grant, context.caller.as_ref());
            Arc::new(Entries::new(Arc::clone(store), space, span.clone(), deadline))
        });
        let (usage, refusals, is_over) = (CallUsage::default(), AtomicU64::new(0), Arc::default());
        Self { egress, context, span, deadline, memory, usage, refusals, entries, is_over }
    }

    /// Returns the number of HTTP requests so far, denied ones included.
    pub fn requests(&self) -> u32 {
        self.usage.sent()
    }

    /// Returns the number of key-value operations so far.
    pub fn key_value_operations(&self) -> u32 {
        self.entries.as_ref().map_or(0, |entries| entries.operations())
    }

    /// Marks the call as ended. Must be called before anything of the guest's is dropped.
    pub fn end_call(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// Returns a secret that the plugin may read.
    ///
    /// # Errors
    ///
    /// Fails if the plugin may not read it.
    pub fn reveal(&self, name: &str) -> Result<String, Unrevealed> {
        let revealed = self.egress.secrets.reveal(name);
        if let Err(why) = revealed {
            self.refuse(
                EgressKind::Secret,
                &format!("the secret `{}` is {why}", &name[..name.floor_char_boundary(64)]),
            );
        }
        revealed
    }

    /// Counts a denied operation, and logs the first 32 of a call, as far as there is room for the plugin.
    fn refuse(&self, kind: EgressKind, why: &str) {
        const LINES: u64 = 32;
        self.egress.refused().count(kind);
        if self.refusals.fetch_add(1, Ordering::Relaxed) < LINES {
            let (plugin, reason) = (&self.egress.name, Printable(why));
            let times = self.egress.refused().get(kind);
            // The counts tell what the log leaves out.
            let _ = self.egress.refused().log_budget.log(|| {
                let kind = kind.name();
                info!(%plugin, kind, why = %reason, times, "a plugin was denied an operation that it is not granted");
            });
        }
    }

    /// Returns the plugin's key-value entries. Counts a denied operation if it is not granted any.
    pub fn entries(&self) -> Option<&Arc<Entries>> {
        if self.entries.is_none() {
            self.refuse(EgressKind::KeyValue, "it is granted no key-value entries");
        }
        self.entries.as_ref()
    }

    /// Returns the time that a host call may wait: the lesser of `wanted` and the time left to the call.
    fn time(&self, wanted: Duration) -> Duration {
        wanted.min(self.deadline.saturating_duration_since(Instant::now()))
    }
}
