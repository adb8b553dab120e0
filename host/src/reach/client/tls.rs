//! Whom to trust as a backend.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};

/// The certificates that backends are trusted by.
pub(in crate::reach) struct Tls {
    ca_file: Option<PathBuf>,
    /// Made when first needed: the system's certificates are hundreds of files, and most commands
    /// and plugins send nothing.
    config: OnceLock<Arc<ClientConfig>>,
}

/// No certificates to trust.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("failed to read certificates (PEM) from {}, which `http-client.ca-file` names", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: pem::Error,
    },
    #[error("there is no certificate (PEM) in {}, which `http-client.ca-file` names", .0.display())]
    Empty(PathBuf),
    #[error("the system has no certificates to trust; install them, or set `http-client.ca-file`")]
    NoSystem(#[source] Option<io::Error>),
}

impl Tls {
    pub(in crate::reach) fn new(ca_file: Option<PathBuf>) -> Self {
        Self { ca_file, config: OnceLock::new() }
    }

    /// Reads the file, if one is set: its mistakes are told at start.
    ///
    /// # Errors
    ///
    /// Fails if it holds no certificates.
    pub(in crate::reach) fn check(&self) -> Result<(), TlsError> {
        self.ca_file.is_none().then_some(()).map_or_else(|| self.config().map(drop), Ok)
    }

    /// What connections are made with.
    ///
    /// # Errors
    ///
    /// Fails if there is nobody to trust.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let roots = match &self.ca_file {
            Some(path) => roots_of(path)?,
            None => system_roots()?,
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

fn roots_of(path: &Path) -> Result<RootCertStore, TlsError> {
    let fails = |source| TlsError::File { path: path.to_owned(), source };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(fails)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() { Err(TlsError::Empty(path.to_owned())) } else { Ok(roots) }
}

fn system_roots() -> Result<RootCertStore, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some systems have old certificates that nothing can be done with.
    roots.add_parsable_certificates(found.certs);
    let error = found.errors.into_iter().next().map(io::Error::other);
    if roots.is_empty() { Err(TlsError::NoSystem(error)) } else { Ok(roots) }
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

        assert!(matches!(Tls::new(Some(path)).check(), Err(TlsError::Empty(_))));
        assert!(matches!(Tls::new(Some(dir.path().join("other"))).check(), Err(TlsError::File { .. })));
        assert!(Tls::new(None).check().is_ok());
    }
}
