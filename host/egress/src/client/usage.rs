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
    _plugin: Option<Arc<FairPermit>>,
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

    /// Returns the number of requests so far.
    pub(crate) fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Returns the queue of a request for `caller` behind those in progress.
    pub(super) fn queue(&self, client: &PluginClient, caller: CallerKey) -> Queue {
        let call = self.at_once.get_or_init(|| Arc::new(Semaphore::new(AT_ONCE)));
        Queue { call: Arc::clone(call), plugin: client.at_once.clone(), caller }
    }
}

/// The queue in which a request waits for those in progress.
pub(super) struct Queue {
    call: Arc<Semaphore>,
    /// The plugin's permits, if their number is limited.
    plugin: Option<Arc<FairPermits>>,
    caller: CallerKey,
}

impl Queue {
    /// Waits for both permits. The call's comes first, so that one call alone never fills the plugin's queue.
    pub(super) async fn wait(self) -> UnderWay {
        let call = self.call.acquire_owned().await.expect("the semaphore is never closed");
        let plugin = match self.plugin {
            Some(plugin) => Some(Arc::new(plugin.acquire(self.caller).await)),
            None => None,
        };
        UnderWay { _call: Arc::new(call), _plugin: plugin }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::Barrier;

    use crate::client::OutgoingRequest;
    use crate::client::call::tests::call_at;

    /// The concurrent calls of a plugin by default.
    const CALLS: usize = 100;

    #[tokio::test]
    async fn every_call_of_a_plugin_may_wait_for_a_backend_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        // The backend answers no request before all are there.
        let all = Arc::new(Barrier::new(CALLS));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let all = Arc::clone(&all);
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 1024]).await;
                    all.wait().await;
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
                });
            }
        });
        let (first, _) = call_at(&origin, 1 << 20);
        let calls = (0..CALLS).map(|_| {
            let call = first.another();
            let request = OutgoingRequest { method: "GET".to_owned(), url: origin.clone(), headers: Vec::new() };
            async move { call.send(request, None, None).await.map(|(response, _)| response.status) }
        });

        let answers = futures_util::future::join_all(calls).await;

        assert!(answers.iter().all(|answer| *answer == Ok(200)), "{answers:?}");
    }
}
