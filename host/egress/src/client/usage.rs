//! How much of its plugin's way out one call has used.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Client, Error};

/// Requests of one call, refused ones included.
pub const REQUESTS: u32 = 32;

/// Requests of one call under way at once. Further ones wait.
const AT_ONCE: usize = 6;

/// What one call has used.
#[derive(Default)]
pub(crate) struct Usage {
    sent: AtomicU32,
    /// Made with the first request, as most calls send none.
    at_once: OnceLock<Arc<Semaphore>>,
}

/// The right to one request under way: of the call's and of the plugin's. Given back when its last clone is dropped.
#[derive(Clone)]
pub(super) struct UnderWay {
    _call: Arc<OwnedSemaphorePermit>,
    _plugin: Arc<OwnedSemaphorePermit>,
}

impl Usage {
    /// Counts one more request.
    ///
    /// # Errors
    ///
    /// Fails if the call has sent as many as it may.
    pub(super) fn count(&self) -> Result<(), Error> {
        // It stays far from its end: each is a call of the guest's, which has fuel for fewer.
        if self.sent.fetch_add(1, Ordering::Relaxed) < REQUESTS { Ok(()) } else { Err(Error::OverQuota) }
    }

    /// What to wait with for those under way before.
    pub(super) fn queue(&self, client: &Client) -> Queue {
        let call = self.at_once.get_or_init(|| Arc::new(Semaphore::new(AT_ONCE)));
        Queue { call: Arc::clone(call), plugin: Arc::clone(&client.at_once) }
    }
}

/// Where a request waits for those under way before it.
pub(super) struct Queue {
    call: Arc<Semaphore>,
    plugin: Arc<Semaphore>,
}

impl Queue {
    /// Waits. The call's own comes first, so that one call alone never fills the plugin's queue.
    pub(super) async fn wait(self) -> UnderWay {
        let acquire = |semaphore: Arc<Semaphore>| async {
            Arc::new(semaphore.acquire_owned().await.expect("the semaphore is never closed"))
        };
        UnderWay { _call: acquire(self.call).await, _plugin: acquire(self.plugin).await }
    }
}
