//! TLS of the host as a client: the certificates that servers are trusted by, and the configuration of connections.
//!
//! Certificates are those of a file that a setting names, or else the system's. The configuration offers TLS 1.2 and 1.3
//! by ring, and no client certificate.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};

/// The certificates that servers are trusted by.
pub struct Tls {
    ca_file: Option<PathBuf>,
    /// The setting that names the file.
    setting: &'static str,
    /// Made when first needed: the system's certificates are hundreds of files, and most commands
    /// and plugins send nothing.
    config: OnceLock<Arc<ClientConfig>>,
}

/// The certificates to trust are missing or unreadable.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file cannot be read.
    #[error("failed to read certificates (PEM) from {}, which `{setting}` names", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        setting: &'static str,
        /// The reason.
        #[source]
        source: pem::Error,
    },
    /// The file holds no certificate.
    #[error("there is no certificate (PEM) in {}, which `{setting}` names", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        setting: &'static str,
    },
    /// The system has no certificates.
    #[error("the system has no certificates to trust; install them, or set `{setting}`")]
    NoSystem {
        /// The setting that names a file instead.
        setting: &'static str,
        /// The first error of reading them, if there was one.
        #[source]
        source: Option<io::Error>,
    },
}

impl Tls {
    /// Creates the trust in the certificates of `ca_file`, which `setting` names, or without one in the system's.
    #[must_use]
    pub fn new(ca_file: Option<PathBuf>, setting: &'static str) -> Self {
        Self { ca_file, setting, config: OnceLock::new() }
    }

    /// Reads the file, if one is set, so that its errors are reported at start.
    ///
    /// # Errors
    ///
    /// Fails if it holds no certificates.
    pub fn check(&self) -> Result<(), TlsError> {
        self.ca_file.is_none().then_some(()).map_or_else(|| self.config().map(drop), Ok)
    }

    /// Returns the configuration of connections.
    ///
    /// # Errors
    ///
    /// Fails if there are no certificates to trust.
    pub fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let roots = match &self.ca_file {
            Some(path) => roots_of(path, self.setting)?,
            None => system_roots().map_err(|source| TlsError::NoSystem { setting: self.setting, source })?,
        };
        Ok(Arc::clone(self.config.get_or_init(|| trusting(roots))))
    }
}

/// Returns a configuration that trusts the system's certificates.
///
/// # Errors
///
/// Fails if the system has none, with the first error of reading them, if there was one.
pub fn trusting_the_system() -> Result<Arc<ClientConfig>, Option<io::Error>> {
    system_roots().map(trusting)
}

/// Returns a configuration that trusts no server, for connections without TLS.
#[must_use]
pub fn trusting_nobody() -> Arc<ClientConfig> {
    trusting(RootCertStore::empty())
}

fn trusting(roots: RootCertStore) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for both versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn roots_of(path: &Path, setting: &'static str) -> Result<RootCertStore, TlsError> {
    let fails = |source| TlsError::File { path: path.to_owned(), setting, source };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(fails)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() { Err(TlsError::Empty { path: path.to_owned(), setting }) } else { Ok(roots) }
}

fn system_roots() -> Result<RootCertStore, Option<io::Error>> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some systems have old certificates that nothing can be done with.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() { Err(found.errors.into_iter().next().map(io::Error::other)) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_without_certificates_is_reported_at_start() {
        let dir = tempfile::TempDir::new().expect("there is room");
        let path = dir.path().join("ca.pem");
        fs::write(&path, "no certificate").expect("the folder is new");

        let check = |file| Tls::new(file, "http-client.ca-file").check();
        assert!(matches!(check(Some(path)), Err(TlsError::Empty { .. })));
        assert!(matches!(check(Some(dir.path().join("other"))), Err(TlsError::File { .. })));
        assert!(check(None).is_ok());
    }
}
