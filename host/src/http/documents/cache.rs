//! Documents that have been built, as long as their catalog is current.
//!
//! Each is built once, on a thread for blocking work and one after the other, however many callers wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use connector::{Collision, Offer, PublicUrl};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::build::build;
use super::{DocumentKind, DocumentScope};
use crate::http::unread::Counted;
use crate::plugin::Catalog;
use admission::SharedMemory;

/// The most documents that are kept.
const MOST: usize = 256;

/// The most bytes that are kept.
const MOST_BYTES: usize = 16 << 20;

/// A document, or the reason there is none. Clones share it.
pub(super) type Built = Result<Bytes, Collision>;

/// A document that is being built, or has been.
type Building = Shared<BoxFuture<'static, Option<Built>>>;

/// The documents of the current catalog.
pub(in crate::http) struct DocumentCache {
    location: PublicUrl,
    memory: Arc<SharedMemory>,
    /// The right to build a document.
    builder: Arc<Semaphore>,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    catalog: Weak<Catalog>,
    documents: HashMap<DocumentKey, Building>,
}

/// Distinguishes the documents of a catalog.
#[derive(Clone, PartialEq, Eq, Hash)]
struct DocumentKey {
    name: &'static str,
    is_alone: bool,
    providers: Vec<String>,
}

impl DocumentCache {
    /// Creates a cache without documents of the host at `location`. Their bytes count in `memory`.
    pub(in crate::http) fn new(location: PublicUrl, memory: Arc<SharedMemory>) -> Self {
        Self { location, memory, builder: Arc::new(Semaphore::new(1)), current: Mutex::default() }
    }

    /// Returns the document of the providers in `scope`, which belong to `catalog`. `None` only after a bug of the host.
    pub(super) async fn get(&self, catalog: &Arc<Catalog>, scope: DocumentScope, kind: DocumentKind) -> Option<Built> {
        self.building(catalog, scope, kind).await
    }

    fn building(&self, catalog: &Arc<Catalog>, scope: DocumentScope, kind: DocumentKind) -> Building {
        let providers = scope.plugins.iter().map(|plugin| plugin.id().to_string()).collect();
        let key = DocumentKey { name: kind.name, is_alone: scope.is_alone, providers };
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::ptr::eq(current.catalog.as_ptr(), Arc::as_ptr(catalog)) {
            *current = Current { catalog: Arc::downgrade(catalog), documents: HashMap::new() };
        }
        if let Some(building) = current.documents.get(&key) {
            return building.clone();
        }
        let built = current.documents.values().filter_map(|building| building.peek()?.as_ref()?.as_ref().ok());
        if current.documents.len() >= MOST || built.map(Bytes::len).sum::<usize>() > MOST_BYTES {
            current.documents.clear();
        }
        let building = self.begin(scope, kind);
        current.documents.insert(key, building.clone());
        building
    }

    /// Begins to build a document. It is completed even if no caller waits for it any more.
    fn begin(&self, DocumentScope { plugins, is_alone }: DocumentScope, kind: DocumentKind) -> Building {
        let (location, memory, builder) = (self.location.clone(), Arc::clone(&self.memory), Arc::clone(&self.builder));
        let task = tokio::spawn(async move {
            let _turn = builder.acquire_owned().await.expect("the semaphore is never closed");
            let building = spawn_blocking(move || {
                let providers = plugins.iter().map(|plugin| plugin.as_ref().into()).collect();
                let built = build(Offer { providers, is_alone }, kind, &location);
                built.map(|bytes| Counted::bytes(bytes, memory))
            });
            building.await.ok()
        });
        task.map(|built| built.ok().flatten()).boxed().shared()
    }
}
