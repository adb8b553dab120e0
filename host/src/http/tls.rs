//! TLS of a listener: what it shows and whom it asks for a certificate, out of files that may change at any time.

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

pub use self::files::{ClientCertificates, TlsError, TlsSettings};
use self::files::{Fingerprint, Seen, Shown};

/// Time between looks at the files. They are read and compared: hints of file systems do not come from all, and miss
/// what Kubernetes does, which swaps a link two folders above.
const LOOK: Duration = Duration::from_secs(2);

/// Time between warnings of an end that is near.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Time left at which the end of a certificate is near: whatever renews it has failed by then.
const NEAR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What a listener shows: the newest that its files ever held and that can be used.
///
/// Connections keep what they began with.
pub(crate) struct Tls {
    settings: TlsSettings,
    shown: ArcSwap<Shown>,
    looks: Mutex<Looks>,
}

/// What looks at the files have seen that is not shown.
#[derive(Debug, Default)]
struct Looks {
    /// Seen once. Files are replaced one after the other, and half of that is no mistake.
    once: Option<Fingerprint>,
    /// Seen, tried, told of, and of no use.
    refused: Option<Fingerprint>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be used, saying which and what it should be.
    pub(crate) fn open(settings: TlsSettings) -> Result<Self, TlsError> {
        let shown = settings.see().contents?.show(&settings)?;
        let shown = ArcSwap::from_pointee(shown);
        Ok(Self { settings, shown, looks: Mutex::default() })
    }

    /// Begins connections with what is shown now.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.shown.load().config))
    }

    /// When what is shown now ends.
    pub(crate) fn end(&self) -> Timestamp {
        self.shown.load().ends
    }

    /// Follows the files for as long as it is polled, and warns of an end that is near.
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

    /// Takes up what the files hold now, as whoever asks says that they are complete.
    pub(crate) async fn reload(&self) {
        let mut looks = self.looks.lock().await;
        *looks = Looks::default();
        let Some(seen) = self.see().await else { return };
        if seen.fingerprint == self.shown.load().fingerprint {
            return debug!("certificates are as they were");
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

    /// Nothing if the host is about to end.
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
                let error: &dyn std::error::Error = &error;
                error!(error, "certificates kept as they were: the new ones cannot be used");
                looks.refused = Some(seen.fingerprint);
            }
        }
    }

    fn warn_of_its_end(&self) {
        let ends = self.end();
        let (file, left) = (self.settings.certificate.display(), ends.duration_since(Timestamp::now()));
        if left.is_negative() {
            error!(%file, %ends, "the certificate has ended, and callers refuse it; replace the file");
        } else if left < NEAR {
            warn!(%file, %ends, days_left = left.as_hours() / 24, "the certificate ends soon; replace the file");
        }
    }
}

/// Keys show nothing of themselves.
impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
