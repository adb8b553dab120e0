//! The certificate files of a listener, and the TLS configuration built from them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{InconsistentKeys, RootCertStore, ServerConfig};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tracing::warn;

use super::error::ServerTlsError;
use super::validity;
use net::os::is_open_to_all;
use net::text_file::{is_utf16, without_mark};

/// Most bytes of a file that are read. A chain has a few thousand.
const LONGEST: u64 = 1 << 20;

/// The only supported protocol, by its ALPN name.
const HTTP_1_1: &[u8] = b"http/1.1";

/// The settings that name the files.
pub(super) const CERTIFICATE: &str = "http.tls.certificate";
pub(super) const KEY: &str = "http.tls.key";
pub(super) const CLIENT_CA: &str = "http.tls.client-ca";

/// The files of a listener's certificates.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TlsSettings {
    /// The listener's certificate, followed by the intermediate certificates; PEM.
    pub certificate: PathBuf,
    /// Its private key; PEM.
    pub key: PathBuf,
    /// Certificates that those of callers must lead to; PEM. Without it none is asked for.
    pub client_ca: Option<PathBuf>,
    /// The treatment of callers without a certificate, if there is a `client_ca`; `Required` if not stated.
    pub client_certificates: Option<ClientCertificates>,
}

/// The treatment of callers without a certificate. A wrong certificate is always rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientCertificates {
    /// A caller without one is rejected.
    Required,
    /// A caller without one is accepted.
    Optional,
}

/// The digest of the files' contents, by which changes are detected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

/// The result of reading the files.
pub(super) struct Seen {
    pub(super) fingerprint: Fingerprint,
    pub(super) contents: Result<TlsFiles, ServerTlsError>,
}

/// The contents of the files.
pub(super) struct TlsFiles {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
    fingerprint: Fingerprint,
}

/// The TLS configuration of new connections.
pub(super) struct Shown {
    pub(super) config: Arc<ServerConfig>,
    /// Earliest expiry of the chain's certificates.
    pub(super) ends: Timestamp,
    pub(super) fingerprint: Fingerprint,
}

impl TlsSettings {
    /// Reads the files. Blocks on the disk.
    pub(super) fn see(&self) -> Seen {
        match self.read() {
            Ok(contents) => Seen { fingerprint: contents.fingerprint.clone(), contents: Ok(contents) },
            Err(error) => Seen { fingerprint: Fingerprint::of([error.to_string().as_bytes()]), contents: Err(error) },
        }
    }

    fn read(&self) -> Result<TlsFiles, ServerTlsError> {
        let certificate = read(CERTIFICATE, &self.certificate)?;
        let key = read(KEY, &self.key)?;
        let client_ca = self.client_ca.as_deref().map(|ca| read(CLIENT_CA, ca)).transpose()?;
        let fingerprint = Fingerprint::of([&certificate, &key, client_ca.as_deref().unwrap_or_default()]);
        Ok(TlsFiles { certificate, key, client_ca, fingerprint })
    }
}

impl Fingerprint {
    fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let each = parts.into_iter().map(Sha256::digest);
        Self(each.fold(Sha256::new(), |all, part| all.chain_update(part)).finalize().into())
    }
}

impl TlsFiles {
    /// Builds the TLS configuration of new connections.
    ///
    /// # Errors
    ///
    /// Fails if the key does not belong to the certificate, or if something is missing or damaged.
    pub(super) fn show(self, settings: &TlsSettings) -> Result<Shown, ServerTlsError> {
        let TlsSettings { certificate, key, client_ca, client_certificates } = settings;
        let chain = certificates(CERTIFICATE, certificate, &self.certificate)?;
        let ends = end_of(&chain).ok_or_else(|| ServerTlsError::Damaged(certificate.clone()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let secret = private_key(key, &self.key, &provider)?;
        warn_if_others_read(key);

        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider has ciphers for both versions");
        let builder = match client_ca.as_ref().zip(self.client_ca.as_deref()) {
            None => builder.with_no_client_auth(),
            Some((ca, pem)) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(certificates(CLIENT_CA, ca, pem)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = match client_certificates {
                    Some(ClientCertificates::Optional) => verifier.allow_unauthenticated(),
                    Some(ClientCertificates::Required) | None => verifier,
                };
                let fails = |source| ServerTlsError::ClientCa { path: ca.clone(), source };
                builder.with_client_cert_verifier(verifier.build().map_err(fails)?)
            }
        };
        let mut config = builder.with_single_cert(chain, secret).map_err(|source| match source {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                ServerTlsError::Mismatch { certificate: certificate.clone(), key: key.clone() }
            }
            source => ServerTlsError::Unfit { certificate: certificate.clone(), source },
        })?;
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Shown { config: Arc::new(config), ends, fingerprint: self.fingerprint })
    }
}

fn read(key: &'static str, path: &Path) -> Result<Vec<u8>, ServerTlsError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        .map_err(|source| ServerTlsError::Read { key, path: path.to_owned(), source })?;
    if is_utf16(&bytes) {
        return Err(ServerTlsError::Utf16 { key, path: path.to_owned() });
    }
    // The PEM reader takes a byte order mark for a part of the first line.
    Ok(without_mark(&bytes).to_vec())
}

/// Reads the private key in the file at `path`, and checks that `provider` can sign with it.
fn private_key(path: &Path, pem: &[u8], provider: &CryptoProvider) -> Result<PrivateKeyDer<'static>, ServerTlsError> {
    let contains = |text: &[u8]| pem.windows(text.len()).any(|window| window == text);
    if contains(b"BEGIN ENCRYPTED PRIVATE KEY") || contains(b"Proc-Type: 4,ENCRYPTED") {
        return Err(ServerTlsError::Encrypted(path.to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_slice(pem).map_err(|source| match source {
        pem::Error::NoItemsFound => empty(KEY, path, "PRIVATE KEY"),
        _damaged => ServerTlsError::Pem { key: KEY, path: path.to_owned() },
    })?;
    // The library's error is left out: it says no more than that the key is none of its kinds.
    let usable = provider.key_provider.load_private_key(secret.clone_key());
    usable.map_err(|_| ServerTlsError::KeyKind(path.to_owned()))?;
    Ok(secret)
}

fn certificates(key: &'static str, path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ServerTlsError> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_damaged| ServerTlsError::Pem { key, path: path.to_owned() })?;
    if certificates.is_empty() { Err(empty(key, path, "CERTIFICATE")) } else { Ok(certificates) }
}

fn empty(key: &'static str, path: &Path, wanted: &'static str) -> ServerTlsError {
    ServerTlsError::Empty { key, path: path.to_owned(), wanted }
}

/// The earliest expiry of the chain: if one certificate has expired, clients trust none of it.
fn end_of(chain: &[CertificateDer<'_>]) -> Option<Timestamp> {
    let ends: Option<Vec<Timestamp>> = chain.iter().map(|certificate| validity::end_of(certificate)).collect();
    ends?.into_iter().min()
}

/// Warns if every user may read the private key. A group may exist for its readers, so group permissions are accepted.
fn warn_if_others_read(key: &Path) {
    if is_open_to_all(key) {
        let file = key.display();
        warn!(%file, "every user of this machine may read or change the private key; `chmod o-rwx` ends that");
    }
}
