//! Resolves host names to addresses.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// The most concurrent lookups of one plugin. Each takes a thread until the system gives up, which may be long
/// after the caller did.
const AT_ONCE: usize = 8;

/// The most addresses of one name that are considered.
const MOST: usize = 16;

/// Looks names up. Tests have their own, for names whose addresses change.
pub(super) trait Resolve: Send + Sync {
    fn resolve(&self, host: &str, port: u16) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
}

/// The system's resolver.
pub(super) struct SystemResolver {
    at_once: Arc<Semaphore>,
    handle: Handle,
}

impl SystemResolver {
    pub(super) fn new(handle: Handle) -> Self {
        Self { at_once: Arc::new(Semaphore::new(AT_ONCE)), handle }
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str, port: u16) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
        let (host, at_once, handle) = (host.to_owned(), Arc::clone(&self.at_once), self.handle.clone());
        Box::pin(async move {
            let permit = at_once.acquire_owned().await.expect("the semaphore is never closed");
            // A task of its own keeps the permit for as long as the lookup's thread is taken.
            let lookup = handle.spawn(async move {
                let _permit = permit;
                let addresses = tokio::net::lookup_host((host, port)).await?;
                Ok(addresses.take(MOST).collect())
            });
            lookup.await.map_err(io::Error::other)?
        })
    }
}
