//! Verification of RS256 signatures with ring.
//!
//! The token library is built without cryptography of its own. RS256 is the only algorithm that it is given, so the
//! header of a token cannot choose another.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Installs this verifier in the token library. It must be called before anything is verified. A second call does
/// nothing.
pub(super) fn install() {
    // This fails only if this function was called before.
    let _ = PROVIDER.install_default();
}

/// An RSA key that verifies signatures.
struct Rs256(RsaPublicKeyComponents<Vec<u8>>);

fn verifier_factory(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    match (algorithm, key.kind()) {
        (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            Ok(Box::new(Rs256(RsaPublicKeyComponents { n: n.clone(), e: e.clone() })))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

impl Verifier<Vec<u8>> for Rs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        // ring rejects moduli of other lengths than 2048 to 8192 bits, too.
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).map_err(|_unspecified| signature::Error::new())
    }
}

impl JwtVerifier for Rs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}
