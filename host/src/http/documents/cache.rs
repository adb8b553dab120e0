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
use crate::http::unread::CountedBytes;
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
    audience: Option<String>,
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
        let key =
            DocumentKey { name: kind.name, audience: scope.audience.clone(), is_alone: scope.is_alone, providers };
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
    fn begin(&self, scope: DocumentScope, kind: DocumentKind) -> Building {
        let DocumentScope { audience, plugins, is_alone } = scope;
        let (location, memory, builder) = (self.location.clone(), Arc::clone(&self.memory), Arc::clone(&self.builder));
        let task = tokio::spawn(async move {
            let _turn = builder.acquire_owned().await.expect("the semaphore is never closed");
            let building = spawn_blocking(move || {
                let providers = plugins.iter().map(|plugin| plugin.as_ref().into()).collect();
                let built = build(Offer { providers, is_alone }, kind, &location, audience);
                built.map(|bytes| CountedBytes::of(bytes, memory))
            });
            building.await.ok()
        });
        task.map(|built| built.ok().flatten()).boxed().shared()
    }
}

#[cfg(test)]
mod tests {
    use bytesize::ByteSize;

    use super::super::{FOR_CONNECTORS, FOR_EVERYBODY};
    use super::*;

    fn cache() -> (DocumentCache, Arc<SharedMemory>) {
        let memory = Arc::new(SharedMemory::new(ByteSize::mib(1)));
        let location = PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() };
        (DocumentCache::new(location, Arc::clone(&memory)), memory)
    }

    async fn get(cache: &DocumentCache, catalog: &Arc<Catalog>, kind: DocumentKind) -> Bytes {
        let scope = DocumentScope { audience: None, plugins: Vec::new(), is_alone: false };
        cache.get(catalog, scope, kind).await.expect("it is built").expect("no two operations share an id")
    }

    #[tokio::test]
    async fn a_document_is_built_once_for_all_callers_of_a_catalog() {
        let ((cache, _), catalog) = (cache(), Arc::default());

        let (one, other) = tokio::join!(get(&cache, &catalog, FOR_EVERYBODY), get(&cache, &catalog, FOR_EVERYBODY));
        let later = get(&cache, &catalog, FOR_EVERYBODY).await;

        assert_eq!([other.as_ptr(), later.as_ptr()], [one.as_ptr(); 2]);
        assert_ne!(get(&cache, &catalog, FOR_CONNECTORS).await, one);
    }

    #[tokio::test]
    async fn documents_end_with_their_catalog_and_with_the_last_caller_who_reads_them() {
        let ((cache, memory), catalog) = (cache(), Arc::default());
        let read = get(&cache, &catalog, FOR_EVERYBODY).await;
        let size = read.len() as u64;
        assert_eq!(memory.held(), size);

        let next = get(&cache, &Arc::default(), FOR_EVERYBODY).await;
        assert_ne!(next.as_ptr(), read.as_ptr());
        assert_eq!(memory.held(), 2 * size);

        drop(read);
        assert_eq!(memory.held(), size);
    }

    #[tokio::test]
    async fn a_document_is_completed_without_the_caller_who_wanted_it_first() {
        let ((cache, _), catalog) = (cache(), Arc::default());
        let scope = DocumentScope { audience: None, plugins: Vec::new(), is_alone: false };
        assert!(cache.get(&catalog, scope, FOR_EVERYBODY).now_or_never().is_none());

        assert!(!get(&cache, &catalog, FOR_EVERYBODY).await.is_empty());
        assert_eq!(cache.current.lock().expect("nobody panics").documents.len(), 1);
    }
}
