//! An issuer of tokens like Microsoft Entra ID: a real TLS server that publishes its keys, and signs tokens.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use crate::backend::{Backend, Came, Said};

/// The tenant of an issuer's tokens by default.
pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";

/// The audience of its tokens.
pub const AUDIENCE: &str = "api://insights";

/// An issuer. It ends when it is dropped.
#[derive(Debug)]
pub struct Issuer {
    backend: Backend,
    published: Arc<Mutex<Published>>,
}

#[derive(Debug, Default)]
struct Published {
    /// Its own origin, once it listens.
    origin: String,
    keys: Vec<Value>,
    is_down: bool,
}

/// A key that signs tokens. It is used by these tests only.
#[derive(Debug)]
pub struct SigningKey {
    id: &'static str,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Reads the key in the file of this number, to be published with an id.
    ///
    /// # Panics
    ///
    /// Panics if there is no such file.
    #[must_use]
    pub fn number(number: u8, id: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/signing-key-{number}.pem"));
        let der = PrivatePkcs8KeyDer::from_pem_file(path).expect("the key is there");
        Self { id, pair: RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).expect("it is an RSA key") }
    }

    /// Signs a token of these claims.
    ///
    /// # Panics
    ///
    /// Panics if the system provides no random bytes.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let message = message(&json!({ "typ": "JWT", "alg": "RS256", "kid": self.id }), claims);
        let mut signature = vec![0; self.pair.public().modulus_len()];
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature);
        signed.expect("the key is whole");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Forges a token: its signature uses the public part of this key as if it were a shared secret.
    #[must_use]
    pub fn forge(&self, claims: &Value) -> String {
        let message = message(&json!({ "typ": "JWT", "alg": "HS256", "kid": self.id }), claims);
        let secret = hmac::Key::new(hmac::HMAC_SHA256, self.pair.public_key().as_ref());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&secret, message.as_bytes())))
    }

    /// Returns the public key as it is published.
    fn jwk(&self) -> Value {
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(self.pair.public());
        let encode = |number: Vec<u8>| URL_SAFE_NO_PAD.encode(number);
        json!({ "kty": "RSA", "use": "sig", "kid": self.id, "n": encode(n), "e": encode(e) })
    }
}

/// Forges a token without a signature.
#[must_use]
pub fn unsigned(claims: &Value) -> String {
    message(&json!({ "typ": "JWT", "alg": "none", "kid": "one" }), claims) + "."
}

fn message(header: &Value, claims: &Value) -> String {
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

impl Issuer {
    /// Starts an issuer that publishes these keys.
    #[must_use]
    pub fn with(keys: &[&SigningKey]) -> Self {
        let published = Arc::new(Mutex::new(Published::default()));
        let says = Arc::clone(&published);
        let backend = Backend::https_that(move |came| says.lock().unwrap_or_else(PoisonError::into_inner).say(came));
        let issuer = Self { backend, published };
        issuer.change(|published| published.origin = issuer.backend.origin());
        issuer.publish(keys);
        issuer
    }

    /// Publishes these keys from now on, and no others.
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.change(|published| published.keys = keys.iter().map(|key| key.jwk()).collect());
    }

    /// Fails all requests from now on.
    pub fn fail(&self) {
        self.change(|published| published.is_down = true);
    }

    /// Answers requests again.
    pub fn recover(&self) {
        self.change(|published| published.is_down = false);
    }

    fn change(&self, change: impl FnOnce(&mut Published)) {
        change(&mut self.published.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns the number of requests for its keys.
    #[must_use]
    pub fn fetches(&self) -> usize {
        self.backend.requests().iter().filter(|came| came.target == "/keys").count()
    }

    /// Returns its origin, below which `/keys` are its signing keys.
    #[must_use]
    pub fn origin(&self) -> String {
        self.backend.origin()
    }

    /// Returns its `iss` claim in tokens of the second version.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{TENANT}/v2.0", self.backend.origin())
    }

    /// Returns settings that trust it as `contoso`: `auth` is more of the table `[auth]`, `more` of its own.
    #[must_use]
    pub fn settings(&self, auth: &str, more: &str) -> String {
        format!("[auth]\nca-file = {:?}\n{auth}\n{}", self.ca_file(), self.table("contoso", more))
    }

    /// Returns the table of settings that trusts it by this name, with `more` of it.
    #[must_use]
    pub fn table(&self, name: &str, more: &str) -> String {
        let origin = self.backend.origin();
        format!(
            "[auth.issuers.{name}]\ntenants = [\"{TENANT}\"]\n\
             application = \"insights\"\nscopes = [\"Insights.Read\"]\nroles = [\"Insights.Read.All\"]\n\
             iss = [\"{origin}/{{tenant}}/v2.0\", \"https://sts.example/{{tenant}}/\"]\n{more}\n"
        )
    }

    /// Returns the file of the certificates that clients must trust.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.backend.ca_file()
    }

    /// Returns the claims of a valid token of the second version, changed by `other`, in which null removes a claim.
    ///
    /// # Panics
    ///
    /// Panics if `other` is not an object.
    #[must_use]
    pub fn claims(&self, other: &Value) -> Value {
        let mut claims = json!({
            "iss": self.name(), "aud": AUDIENCE, "tid": TENANT, "oid": "kenny", "sub": "subject", "azp": "outlook",
            "scp": "Insights.Read profile", "iat": from_now(0), "nbf": from_now(0), "exp": from_now(3_600), "ver": "2.0",
        });
        for (name, value) in other.as_object().expect("members") {
            claims[name] = value.clone();
        }
        claims.as_object_mut().expect("members").retain(|_, value| !value.is_null());
        claims
    }
}

impl Published {
    fn say(&self, came: &Came) -> Said {
        let issuer = came.target.strip_suffix("/.well-known/openid-configuration");
        let body = match (came.target.as_str(), issuer) {
            _ if self.is_down => None,
            ("/keys", _) => Some(json!({ "keys": self.keys })),
            (_, Some(issuer)) => Some(json!({
                "issuer": format!("{}{issuer}", self.origin), "jwks_uri": format!("{}/keys", self.origin),
            })),
            _ => None,
        };
        let status = if body.is_some() { 200 } else { 500 };
        Said { after: Duration::ZERO, status, body: body.map(|body| body.to_string()).unwrap_or_default() }
    }
}

/// Returns the time this many seconds from now, in seconds since 1970.
///
/// # Panics
///
/// Panics before 1970.
#[must_use]
pub fn from_now(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    i64::try_from(now.as_secs()).expect("it is earlier than that") + seconds
}
