//! TLS of a listener, with hot reload of its certificates.
//!
//! The files are polled every two seconds and compared, and not watched: file systems do not all send events, and miss
//! changes of links above the files, which is how Kubernetes replaces them. A change is taken up when it was seen
//! twice, because certificate and key are never replaced at the same instant.

mod error;
mod files;
mod validity;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::spawn_blocking;
use tokio::time::interval;
use tokio_rustls::TlsAcceptor;
use tracing::{debug, error, info, warn};

pub use self::error::ServerTlsError;
pub use self::files::{ClientCertificates, TlsSettings};
use self::files::{Fingerprint, Seen, Shown};
use net::chain;

/// Time between checks of the files.
const LOOK: Duration = Duration::from_secs(2);

/// Time between warnings of a certificate that expires soon.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Time before expiry from which the host warns: an automatic renewal must have failed by then.
const NEAR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The TLS configuration of a listener: the newest usable certificates that its files ever held.
///
/// Connections keep the configuration they began with.
pub(crate) struct ServerTls {
    settings: TlsSettings,
    shown: ArcSwap<Shown>,
    looks: Mutex<Looks>,
}

/// The contents of the files that were seen and are not in use.
#[derive(Debug, Default)]
struct Looks {
    /// Contents seen once. Files are replaced one after the other, so half of a replacement is not an error.
    once: Option<Fingerprint>,
    /// Contents that were tried, logged and found unusable.
    refused: Option<Fingerprint>,
}

impl ServerTls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be used. The error names the file and the expected contents.
    pub(crate) fn open(settings: TlsSettings) -> Result<Self, ServerTlsError> {
        let shown = settings.see().contents?.show(&settings)?;
        let shown = ArcSwap::from_pointee(shown);
        Ok(Self { settings, shown, looks: Mutex::default() })
    }

    /// The acceptor of connections with the current certificates.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.shown.load().config))
    }

    /// Expiry of the current certificates.
    pub(crate) fn end(&self) -> Timestamp {
        self.shown.load().ends
    }

    /// Follows the files for as long as it is polled, and warns before certificates expire.
    pub(crate) async fn follow(&self) {
        let mut looks = interval(LOOK);
        let mut days = interval(DAY);
        loop {
            tokio::select! {
                _ = looks.tick() => self.look().await,
                _ = days.tick() => self.warn_of_its_end(),
            }
        }
    }

    /// Reloads the files immediately. The request to reload means that they are complete.
    pub(crate) async fn reload(&self) {
        let mut looks = self.looks.lock().await;
        *looks = Looks::default();
        let Some(seen) = self.see().await else { return };
        if seen.fingerprint == self.shown.load().fingerprint {
            return debug!("certificates are unchanged");
        }
        self.take_up(seen, &mut looks);
    }

    async fn look(&self) {
        let mut looks = self.looks.lock().await;
        let Some(seen) = self.see().await else { return };
        if seen.fingerprint == self.shown.load().fingerprint {
            *looks = Looks::default();
            return;
        }
        if looks.refused.as_ref() == Some(&seen.fingerprint) {
            return;
        }
        if looks.once.as_ref() != Some(&seen.fingerprint) {
            looks.once = Some(seen.fingerprint);
            return;
        }
        self.take_up(seen, &mut looks);
    }

    /// Reads the files. Returns `None` if the host is shutting down.
    async fn see(&self) -> Option<Seen> {
        let settings = self.settings.clone();
        spawn_blocking(move || settings.see()).await.ok()
    }

    fn take_up(&self, seen: Seen, looks: &mut MutexGuard<'_, Looks>) {
        match seen.contents.and_then(|contents| contents.show(&self.settings)) {
            Ok(shown) => {
                info!(ends = %shown.ends, "certificates replaced");
                self.shown.store(Arc::new(shown));
                **looks = Looks::default();
                self.warn_of_its_end();
            }
            Err(error) => {
                error!(error = %chain(&error), "certificates kept as they were: the new ones cannot be used");
                looks.refused = Some(seen.fingerprint);
            }
        }
    }

    fn warn_of_its_end(&self) {
        let ends = self.end();
        let (file, left) = (self.settings.certificate.display(), ends.duration_since(Timestamp::now()));
        if left.is_negative() {
            error!(%file, %ends, "the certificate has expired, and clients reject it; replace the file");
        } else if left < NEAR {
            warn!(%file, %ends, days_left = left.as_hours() / 24, "the certificate expires soon; replace the file");
        }
    }
}

/// Redacts the keys.
impl std::fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
