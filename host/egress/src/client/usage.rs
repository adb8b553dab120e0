//! Limits on the requests of one call.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Error, PluginClient};
use admission::{CallerKey, FairPermit, FairPermits};

/// The most requests of one call, denied ones included.
pub const REQUESTS: u32 = 32;

/// The most concurrent requests of one call. Further ones wait.
const AT_ONCE: usize = 6;

/// The requests of one call.
#[derive(Default)]
pub(crate) struct CallUsage {
    sent: AtomicU32,
    /// Created by the first request, as most calls send none.
    at_once: OnceLock<Arc<Semaphore>>,
}

/// Permits of the call and the plugin for one request in progress, returned when the last clone is dropped.
#[derive(Clone)]
pub(super) struct UnderWay {
    _call: Arc<OwnedSemaphorePermit>,
    _plugin: Arc<FairPermit>,
}

impl CallUsage {
    /// Counts one more request.
    ///
    /// # Errors
    ///
    /// Fails if the call has sent as many requests as it may.
    pub(super) fn count(&self) -> Result<(), Error> {
        // The counter cannot overflow: each request is a host call, and fuel limits those.
        if self.sent.fetch_add(1, Ordering::Relaxed) < REQUESTS { Ok(()) } else { Err(Error::OverQuota) }
    }

    /// Returns the queue of a request for `caller` behind those in progress.
    pub(super) fn queue(&self, client: &PluginClient, caller: CallerKey) -> Queue {
        let call = self.at_once.get_or_init(|| Arc::new(Semaphore::new(AT_ONCE)));
        Queue { call: Arc::clone(call), plugin: Arc::clone(&client.at_once), caller }
    }
}

/// The queue in which a request waits for those in progress.
pub(super) struct Queue {
    call: Arc<Semaphore>,
    plugin: Arc<FairPermits>,
    caller: CallerKey,
}

impl Queue {
    /// Waits for both permits. The call's comes first, so that one call alone never fills the plugin's queue.
    pub(super) async fn wait(self) -> UnderWay {
        let call = self.call.acquire_owned().await.expect("the semaphore is never closed");
        let plugin = self.plugin.acquire(self.caller).await;
        UnderWay { _call: Arc::new(call), _plugin: Arc::new(plugin) }
    }
}
