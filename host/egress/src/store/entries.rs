//! What one call does with its plugin's entries.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{Name, Space, Store, StoreError};
use net::trace::{CallSpan, KeyValueSpan};

/// Operations of one call. Any further one is `unavailable`.
const OPERATIONS: u32 = 100;

/// The entries that one call reaches, and how much of its turn it has used.
pub struct Entries {
    store: Arc<Store>,
    space: Space,
    /// What a trace shows of the call.
    call: CallSpan,
    /// Nothing waits longer than this.
    deadline: Instant,
    operations: AtomicU32,
    /// Whether the store failed this call: then it is not waited for again.
    gave_up: AtomicBool,
}

impl Entries {
    pub fn new(store: Arc<Store>, space: Space, call: CallSpan, deadline: Instant) -> Self {
        Self { store, space, call, deadline, operations: AtomicU32::new(0), gave_up: AtomicBool::new(false) }
    }

    /// The value of `key`, if it is there and has not expired.
    ///
    /// # Errors
    ///
    /// Fails as [`StoreError`] says.
    pub async fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        let (name, span) = (self.begin(key)?, KeyValueSpan::begin(&self.call, "get"));
        let got = self.store.get(name, self.left()).await;
        self.end(&span, got)
    }

    /// Keeps `value` for `seconds`: at least one, and at most as long as the operator allows.
    ///
    /// # Errors
    ///
    /// Fails as [`StoreError`] says. The value before may be gone all the same.
    pub async fn set(&self, key: &str, value: String, seconds: u32) -> Result<(), StoreError> {
        let (name, span) = (self.begin(key)?, KeyValueSpan::begin(&self.call, "set"));
        if value.len() as u64 > self.store.bounds.value.as_u64() {
            return self.end(&span, Err(StoreError::TooLong));
        }
        let set = self.store.set(name, value, Duration::from_secs(seconds.into()), self.left()).await;
        self.end(&span, set)
    }

    /// Forgets `key`, if it is there.
    ///
    /// # Errors
    ///
    /// Fails as [`StoreError`] says.
    pub async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let (name, span) = (self.begin(key)?, KeyValueSpan::begin(&self.call, "remove"));
        let removed = self.store.remove(name, self.left()).await;
        self.end(&span, removed)
    }

    /// Counts an operation, and names what it is about.
    fn begin(&self, key: &str) -> Result<Name, StoreError> {
        if self.operations.fetch_add(1, Ordering::Relaxed) >= OPERATIONS {
            return Err(StoreError::Unavailable);
        }
        if key.len() as u64 > self.store.bounds.key.as_u64() {
            return Err(StoreError::TooLong);
        }
        if self.gave_up.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable);
        }
        Ok(self.space.name(key))
    }

    fn end<T>(&self, span: &KeyValueSpan, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            span.failed(error.name());
        }
        self.gave_up.store(matches!(result, Err(StoreError::Unavailable)), Ordering::Relaxed);
        result
    }

    /// Time that the call has left.
    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
