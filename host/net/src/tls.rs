//! TLS of the host as a client: the certificates that servers are trusted by, and the configuration of connections.
//!
//! Certificates are those of a file that a setting names, or else the system's. The configuration offers TLS 1.2 and 1.3
//! by ring, and no client certificate.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::{fs, io};

use arc_swap::ArcSwapOption;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};
use tracing::{error, info};

use crate::chain;
use crate::text_file::{UTF_16, is_special, is_utf16, without_mark};

/// The certificates that servers are trusted by.
pub struct Tls {
    ca_file: Option<PathBuf>,
    /// The setting that names the file.
    setting: &'static str,
    /// Made when first needed: the system's certificates are hundreds of files, and most commands
    /// and plugins send nothing.
    current: ArcSwapOption<Trusted>,
}

/// Certificates, and the configuration that trusts them.
struct Trusted {
    /// Those of the file; empty for the system's.
    certificates: Vec<CertificateDer<'static>>,
    config: Arc<ClientConfig>,
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
    /// The file is in another encoding.
    #[error("{}, which `{setting}` names, {UTF_16}", path.display())]
    Utf16 {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        setting: &'static str,
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
        Self { ca_file, setting, current: ArcSwapOption::const_empty() }
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
        if let Some(current) = &*self.current.load() {
            return Ok(Arc::clone(&current.config));
        }
        let read = self.read()?;
        let config = Arc::clone(&read.config);
        self.current.store(Some(Arc::new(read)));
        Ok(config)
    }

    /// Returns the file, if one is set.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// Reads the file again, as it may have changed, and returns whether connections made from now on trust other
    /// certificates. A file that cannot be used changes nothing; the log says so. Blocks on the disk.
    pub fn reread(&self) -> bool {
        let Some(file) = self.ca_file().filter(|file| !is_special(file)) else { return false };
        match self.read() {
            Ok(read) => {
                let before = self.current.load();
                if before.as_ref().is_some_and(|before| before.certificates == read.certificates) {
                    return false;
                }
                self.current.store(Some(Arc::new(read)));
                info!(file = %file.display(), setting = self.setting, "certificates to trust read again");
                true
            }
            Err(error) => {
                error!(error = %chain(&error), "certificates to trust kept as they were: the new ones cannot be used");
                false
            }
        }
    }

    fn read(&self) -> Result<Trusted, TlsError> {
        let (certificates, roots) = match self.ca_file() {
            Some(path) => roots_of(path, self.setting)?,
            None => {
                let roots = system_roots().map_err(|source| TlsError::NoSystem { setting: self.setting, source })?;
                (Vec::new(), roots)
            }
        };
        Ok(Trusted { certificates, config: trusting(roots) })
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

/// Returns the configuration that trusts no server, for connections without TLS. All share it, as it takes memory for
/// sessions, and there are none.
#[must_use]
pub fn trusting_nobody() -> Arc<ClientConfig> {
    static NOBODY: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| trusting(RootCertStore::empty()));
    Arc::clone(&NOBODY)
}

fn trusting(roots: RootCertStore) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for both versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn roots_of(path: &Path, setting: &'static str) -> Result<(Vec<CertificateDer<'static>>, RootCertStore), TlsError> {
    let fails = |source| TlsError::File { path: path.to_owned(), setting, source };
    let bytes = fs::read(path).map_err(|error| fails(pem::Error::Io(error)))?;
    if is_utf16(&bytes) {
        return Err(TlsError::Utf16 { path: path.to_owned(), setting });
    }
    let certificates = CertificateDer::pem_slice_iter(without_mark(&bytes)).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(fails)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    if roots.is_empty() {
        return Err(TlsError::Empty { path: path.to_owned(), setting });
    }
    Ok((certificates, roots))
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

    fn pem() -> String {
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a name that can be certified").cert.pem()
    }

    #[test]
    fn certificates_may_follow_a_byte_order_mark_and_not_be_utf_16() {
        let dir = tempfile::TempDir::new().expect("there is room");
        let path = dir.path().join("ca.pem");
        let check = || Tls::new(Some(path.clone()), "auth.ca-file").check();

        fs::write(&path, format!("\u{feff}{}", pem())).expect("the folder is ours");
        assert!(check().is_ok());
        let utf16: Vec<u8> = pem().encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(&path, utf16).expect("the folder is ours");
        assert!(check().is_err_and(|error| error.to_string().contains("save it as UTF-8")));
    }

    #[test]
    fn a_file_that_changed_is_read_again_and_an_unusable_one_changes_nothing() {
        let dir = tempfile::TempDir::new().expect("there is room");
        let path = dir.path().join("ca.pem");
        fs::write(&path, pem()).expect("the folder is ours");
        let tls = Tls::new(Some(path.clone()), "http-client.ca-file");
        let before = tls.config().expect("it has a certificate");

        fs::write(&path, "").expect("the folder is ours");
        assert!(!tls.reread() && Arc::ptr_eq(&tls.config().expect("it is kept"), &before));
        fs::write(&path, pem()).expect("the folder is ours");
        assert!(tls.reread() && !Arc::ptr_eq(&tls.config().expect("it is new"), &before));
    }
}
