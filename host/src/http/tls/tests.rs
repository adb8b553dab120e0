//! Certificates of tests' own, made by the library that makes them for everybody.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with a certificate and its key.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(TempDir::new().expect("there is room"));
        files.renew();
        files
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("the folder is ours");
    }

    /// Puts another certificate there, and its key.
    fn renew(&self) {
        let (certificate, key) = pair();
        self.write("cert.pem", &certificate);
        self.write("key.pem", &key);
    }

    fn settings(&self) -> TlsSettings {
        let path = |name: &str| self.0.path().join(name);
        TlsSettings { certificate: path("cert.pem"), key: path("key.pem"), ..TlsSettings::default() }
    }

    fn open(&self) -> Result<Tls, TlsError> {
        Tls::open(self.settings())
    }
}

fn pair() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a name that can be certified");
    (made.cert.pem(), made.signing_key.serialize_pem())
}

/// What is shown now.
fn shown(tls: &Tls) -> Fingerprint {
    tls.shown.load().fingerprint.clone()
}

#[test]
fn a_pair_is_shown_until_it_ends() {
    let tls = Files::new().open().expect("they belong together");

    // What the library makes lives for two thousand years.
    assert!(tls.end() > Timestamp::now());
    assert_eq!(tls.shown.load().config.alpn_protocols, [b"http/1.1".to_vec()]);
}

#[test]
fn each_mistake_names_its_file_and_what_it_should_be() {
    let (certificate, _) = pair();
    let swapped = "BEGIN CERTIFICATE";
    for (name, text, words) in [
        ("cert.pem", "", &[swapped, "cert.pem", "http.tls.certificate"][..]),
        ("cert.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", &["PEM", "cert.pem"]),
        ("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &["X.509", "cert.pem"]),
        ("key.pem", &certificate, &["BEGIN PRIVATE KEY", "key.pem", "http.tls.key"]),
        ("cert.pem", &certificate, &["not that of the first certificate", "key.pem", "cert.pem"]),
    ] {
        let files = Files::new();
        files.write(name, text);

        let error = files.open().expect_err("it is a mistake").to_string();

        assert!(words.iter().all(|word| error.contains(word)), "{words:?} in {error}");
    }
    let files = Files::new();
    fs::remove_file(files.0.path().join("key.pem")).expect("it is there");
    assert!(files.open().is_err_and(|error| error.to_string().contains("http.tls.key")));
}

#[tokio::test]
async fn a_new_pair_is_taken_up_when_it_was_seen_twice() {
    let files = Files::new();
    let tls = files.open().expect("they belong together");
    let before = shown(&tls);

    files.renew();
    tls.look().await;
    assert_eq!(shown(&tls), before);
    tls.look().await;

    assert_ne!(shown(&tls), before);
}

#[tokio::test]
async fn a_pair_that_is_asked_for_is_taken_up_at_once() {
    let files = Files::new();
    let tls = files.open().expect("they belong together");
    let before = shown(&tls);

    files.renew();
    tls.reload().await;

    assert_ne!(shown(&tls), before);
}

#[tokio::test]
async fn a_bad_pair_keeps_the_one_before_and_is_tried_once() {
    let files = Files::new();
    let tls = files.open().expect("they belong together");
    let before = shown(&tls);

    files.write("cert.pem", &pair().0);
    for _ in 0..3 {
        tls.look().await;
    }

    assert_eq!(shown(&tls), before);
    assert!(tls.looks.lock().await.refused.is_some());
}

#[test]
fn a_damaged_key_is_not_quoted() {
    let files = Files::new();
    let (_, key) = pair();
    let secret = key.lines().nth(1).expect("a key has lines").to_owned();
    // All on one line, as it comes out of a variable; and with a dash too few.
    for damaged in [key.replace('\n', " "), key.replacen("KEY-----", "KEY----", 1)] {
        files.write("key.pem", &damaged);

        let error = files.open().map(drop).expect_err("that is no key");

        let mut told = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            told += &format!("{error} {error:?}");
            source = error.source();
        }
        let bytes = secret.bytes().take(8).map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
        assert!(!told.contains(&secret) && !told.contains(&bytes), "{told}");
    }
}
