//! Key-value operations of one call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{EntryName, Space, Store, StoreError};
use net::trace::{CallSpan, KeyValueSpan};

/// The most operations of one call. Any further one is `unavailable`.
const OPERATIONS: u32 = 100;

/// The entries of one call's space, and the call's use of them.
pub struct Entries {
    store: Arc<Store>,
    space: Space,
    /// The call's span in a trace.
    call: CallSpan,
    /// The latest time until which an operation may wait.
    deadline: Instant,
    operations: AtomicU32,
    /// Set if the store failed this call: the call does not wait for it again.
    gave_up: AtomicBool,
}

impl Entries {
    pub(crate) fn new(store: Arc<Store>, space: Space, call: CallSpan, deadline: Instant) -> Self {
        Self { store, space, call, deadline, operations: AtomicU32::new(0), gave_up: AtomicBool::new(false) }
    }

    /// Returns the number of operations so far.
    pub(crate) fn operations(&self) -> u32 {
        self.operations.load(Ordering::Relaxed)
    }

    /// Returns the value of `key`, if there is one that has not expired.
    ///
    /// # Errors
    ///
    /// Fails with the variant of [`StoreError`] that applies.
    pub async fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        let (name, span) = (self.begin(key)?, KeyValueSpan::begin(&self.call, "get"));
        let got = self.store.get(name, self.left()).await;
        self.end(&span, got)
    }

    /// Stores `value` for `seconds`: at least one, and at most as long as the operator allows.
    ///
    /// # Errors
    ///
    /// Fails with the variant of [`StoreError`] that applies. The earlier value may be lost all the same.
    pub async fn set(&self, key: &str, value: String, seconds: u32) -> Result<(), StoreError> {
        let (name, span) = (self.begin(key)?, KeyValueSpan::begin(&self.call, "set"));
        if value.len() as u64 > self.store.bounds.value.as_u64() {
            return self.end(&span, Err(StoreError::TooLong));
        }
        let set = self.store.set(name, value, Duration::from_secs(seconds.into()), self.left()).await;
        self.end(&span, set)
    }

    /// Removes `key`, if there is one.
    ///
    /// # Errors
    ///
    /// Fails with the variant of [`StoreError`] that applies.
    pub async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let (name, span) = (self.begin(key)?, KeyValueSpan::begin(&self.call, "remove"));
        let removed = self.store.remove(name, self.left()).await;
        self.end(&span, removed)
    }

    /// Counts an operation, and returns the entry's name.
    fn begin(&self, key: &str) -> Result<EntryName, StoreError> {
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

    /// Returns the time that the call has left.
    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
