//! The error for certificate files that cannot be used.

use std::io;
use std::path::PathBuf;

use rustls::server::VerifierBuilderError;

use super::files::{CERTIFICATE, CLIENT_CA, KEY};

/// The error for certificate files that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ServerTlsError {
    /// A file cannot be read.
    #[error("failed to read {}, which `{key}` names", path.display())]
    Read {
        /// The setting.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// A file is not PEM.
    #[error(
        "failed to read {} as PEM, which `{key}` names: each item is a line `-----BEGIN …-----`, lines of base64 and a \
         line `-----END …-----`", path.display()
    )]
    Pem {
        /// The setting.
        key: &'static str,
        /// The file. The library's error is left out, because it quotes the unreadable text, which may be a key.
        path: PathBuf,
    },
    /// A file has no item of the expected kind.
    #[error(
        "there is no `BEGIN {wanted}` in {}, which `{key}` names; it must be PEM, not DER or PKCS#12",
        path.display()
    )]
    Empty {
        /// The setting.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// The expected kind of item.
        wanted: &'static str,
    },
    /// A file is not text of one byte per character.
    #[error("{} is UTF-16, which `>` of Windows PowerShell writes; save it as ASCII or UTF-8", path.display())]
    Utf16 {
        /// The setting.
        key: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The key is encrypted.
    #[error(
        "the key in {file} is encrypted, and the host asks for no passphrase; decrypt it with \
         `openssl pkey -in {file} -out NEW-FILE`, and let no other user read the new file",
        file = .0.display()
    )]
    Encrypted(PathBuf),
    /// The TLS library cannot sign with the key.
    #[error(
        "the key in {} cannot be used; it must be RSA of 2048 to 4096 bits, ECDSA on P-256 or P-384, or Ed25519 (not \
         P-521)",
        .0.display()
    )]
    KeyKind(PathBuf),
    /// The key does not belong to the certificate.
    #[error(
        "the key in {} is not that of the first certificate in {}; the listener's own must come first, then those \
         that it leads to",
        key.display(),
        certificate.display()
    )]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The TLS library rejects the certificate and its key.
    #[error("failed to use the certificate in {} with its key", certificate.display())]
    Unfit {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The library's error.
        #[source]
        source: rustls::Error,
    },
    /// A certificate is damaged.
    #[error("a certificate in {} cannot be read; it must be X.509", .0.display())]
    Damaged(PathBuf),
    /// The certificates cannot be used as authorities.
    #[error("the certificates in {} cannot be used to verify client certificates", path.display())]
    ClientCa {
        /// The file.
        path: PathBuf,
        /// The library's error.
        #[source]
        source: VerifierBuilderError,
    },
}

impl ServerTlsError {
    /// The setting to change.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Read { key, .. } | Self::Pem { key, .. } | Self::Utf16 { key, .. } | Self::Empty { key, .. } => key,
            Self::Encrypted(_) | Self::KeyKind(_) | Self::Mismatch { .. } => KEY,
            Self::Unfit { .. } | Self::Damaged(_) => CERTIFICATE,
            Self::ClientCa { .. } => CLIENT_CA,
        }
    }
}
