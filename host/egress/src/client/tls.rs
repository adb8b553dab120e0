//! Whom to trust as a server, when the host is the client.

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

/// No certificates to trust.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("failed to read certificates (PEM) from {}, which `{setting}` names", path.display())]
    File {
        path: PathBuf,
        setting: &'static str,
        #[source]
        source: pem::Error,
    },
    #[error("there is no certificate (PEM) in {}, which `{setting}` names", path.display())]
    Empty { path: PathBuf, setting: &'static str },
    #[error("the system has no certificates to trust; install them, or set `{setting}`")]
    NoSystem {
        setting: &'static str,
        #[source]
        source: Option<io::Error>,
    },
}

impl Tls {
    /// Trusts the certificates in `ca_file`, which `setting` names, or without one the system's.
    pub fn new(ca_file: Option<PathBuf>, setting: &'static str) -> Self {
        Self { ca_file, setting, config: OnceLock::new() }
    }

    /// Reads the file, if one is set: its mistakes are told at start.
    ///
    /// # Errors
    ///
    /// Fails if it holds no certificates.
    pub fn check(&self) -> Result<(), TlsError> {
        self.ca_file.is_none().then_some(()).map_or_else(|| self.config().map(drop), Ok)
    }

    /// What connections are made with.
    ///
    /// # Errors
    ///
    /// Fails if there is nobody to trust.
    pub fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let roots = match &self.ca_file {
            Some(path) => roots_of(path, self.setting)?,
            None => system_roots(self.setting)?,
        };
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(trusting(roots)))))
    }
}

/// Connections that trust `roots`.
pub(super) fn trusting(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for both versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn roots_of(path: &Path, setting: &'static str) -> Result<RootCertStore, TlsError> {
    let fails = |source| TlsError::File { path: path.to_owned(), setting, source };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(fails)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() { Err(TlsError::Empty { path: path.to_owned(), setting }) } else { Ok(roots) }
}

fn system_roots(setting: &'static str) -> Result<RootCertStore, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some systems have old certificates that nothing can be done with.
    roots.add_parsable_certificates(found.certs);
    let source = found.errors.into_iter().next().map(io::Error::other);
    if roots.is_empty() { Err(TlsError::NoSystem { setting, source }) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_without_certificates_is_told_at_start() {
        let dir = tempfile::TempDir::new().expect("there is room");
        let path = dir.path().join("ca.pem");
        fs::write(&path, "no certificate").expect("the folder is new");

        let check = |file| Tls::new(file, "http-client.ca-file").check();
        assert!(matches!(check(Some(path)), Err(TlsError::Empty { .. })));
        assert!(matches!(check(Some(dir.path().join("other"))), Err(TlsError::File { .. })));
        assert!(check(None).is_ok());
    }
}
