//! Files that settings name, which are replaced while the host runs: each is read again.

use std::fs;
use std::path::{Path, PathBuf};

use insight_tests::{Backend, Collector, TestHost, wait_for};
use serde_json::json;
use tempfile::TempDir;

use crate::auth::{ask as ask_with_token, issuer};
use crate::{UNHURRIED, host};

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a temporary folder")
}

/// Replaces a file in one step.
fn replace(file: &Path, text: impl AsRef<[u8]>) {
    let next = file.with_extension("next");
    fs::write(&next, text).and_then(|()| fs::rename(next, file)).expect("the folder is ours");
}

/// Returns a certificate that signs no server here.
fn other_certificate() -> String {
    rcgen::generate_simple_self_signed(["elsewhere.example".to_owned()]).expect("a name").cert.pem()
}

/// Starts a host whose guest `rogue` sends the secret in `secret` to `backend`, which it trusts by `ca`.
fn sending(backend: &Backend, ca: &Path, secret: &Path) -> TestHost {
    let origin = backend.origin();
    let settings = format!(
        "{UNHURRIED}[http-client]\nca-file = {ca:?}\n[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         headers = \"authorization: Bearer {{{{secret:token}}}}\"\n\
         [plugins.rogue.grants]\nhttp = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n\
         [plugins.rogue.grants.secrets.token]\nfile = {secret:?}\nhosts = [\"localhost\"]\nheader = \"authorization\"\n"
    );
    host().guest("rogue").settings(&settings).start()
}

/// Waits until the guest sends this secret.
fn wait_until_sent(host: &TestHost, backend: &Backend, secret: &str) {
    wait_for("the secret", || {
        let _ = host.ask("rogue", "fetch:/ok");
        let sent = backend.requests().pop()?.header("authorization").to_owned();
        (sent == format!("Bearer {secret}")).then_some(())
    });
}

#[test]
fn a_secret_is_read_again_when_its_file_changes_and_a_plugin_whose_secret_appears_is_served() {
    let (backend, folder) = (Backend::https(), folder());
    let secret = folder.path().join("token");
    let host = sending(&backend, &backend.ca_file(), &secret);
    assert_eq!(host.ask("rogue", "ok").status, 404);

    fs::write(&secret, "\u{feff}first sesame\r\n").expect("the folder is ours");
    wait_for("the plugin", || (host.ask("rogue", "ok").status == 200).then_some(()));
    wait_until_sent(&host, &backend, "first sesame");

    replace(&secret, "second sesame");
    wait_until_sent(&host, &backend, "second sesame");
    let _ = host.logged("secrets-changed");

    // A value that cannot be used, or none, leaves the one before.
    fs::write(&secret, "short").expect("the folder is ours");
    let _ = host.logged("previous version of the plugin kept");
    fs::remove_file(&secret).expect("the folder is ours");
    wait_until_sent(&host, &backend, "second sesame");
    fs::write(&secret, "third sesame").expect("the folder is ours");
    wait_until_sent(&host, &backend, "third sesame");
    assert!(!host.log().contains("sesame"), "{}", host.log());
}

#[test]
fn a_secret_behind_a_folder_of_links_is_read_again_when_the_folder_is_switched() {
    use std::os::unix::fs::symlink;
    let (backend, folder) = (Backend::https(), folder());
    let at = |name: &str| folder.path().join(name);
    for release in ["one", "two"] {
        fs::create_dir(at(release)).expect("the folder is ours");
        fs::write(at(release).join("token"), format!("secret number {release}")).expect("the folder is ours");
    }
    symlink("one", at("..data")).and_then(|()| symlink("..data/token", at("token"))).expect("the folder is ours");
    let host = sending(&backend, &backend.ca_file(), &at("token"));
    wait_until_sent(&host, &backend, "secret number one");

    symlink("two", at("..next")).and_then(|()| fs::rename(at("..next"), at("..data"))).expect("the folder is ours");

    wait_until_sent(&host, &backend, "secret number two");
}

#[test]
fn certificates_that_backends_are_trusted_by_are_read_again_when_their_file_changes() {
    let (backend, folder) = (Backend::https(), folder());
    let [ca, secret] = ["ca.pem", "token"].map(|name| folder.path().join(name));
    fs::write(&secret, "open sesame").expect("the folder is ours");
    fs::write(&ca, other_certificate()).expect("the folder is ours");
    let host = sending(&backend, &ca, &secret);
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "unreachable");

    replace(&ca, [b"\xef\xbb\xbf", &*fs::read(backend.ca_file()).expect("it is there")].concat());

    wait_for("an answer", || (host.ask("rogue", "fetch:/ok").said() == "200").then_some(()));
    replace(&ca, "no certificate");
    let _ = host.logged("certificates to trust kept as they were");
    assert_eq!(host.ask("rogue", "fetch:/ok").said(), "200");
}

#[test]
fn certificates_that_issuers_are_trusted_by_are_read_again_when_their_file_changes() {
    let ((issuer, key), folder) = (issuer(), folder());
    let ca = folder.path().join("ca.pem");
    fs::write(&ca, other_certificate()).expect("the folder is ours");
    let settings = format!("[auth]\nca-file = {ca:?}\nsigning-keys-pause = \"100ms\"\n{}", issuer.table("contoso", ""));
    let host = host().guest("rogue").settings(&settings).start();
    let token = key.sign(&issuer.claims(&json!({})));
    assert_eq!(ask_with_token(&host, &token).status, 500);

    replace(&ca, fs::read(issuer.ca_file()).expect("it is there"));

    wait_for("the signing keys", || (ask_with_token(&host, &token).status == 200).then_some(()));
}

#[test]
fn headers_of_posted_spans_are_read_again_when_their_file_changes() {
    let (collector, folder) = (Collector::start(), folder());
    let file = folder.path().join("authorization");
    fs::write(&file, "\u{feff}Bearer one\r\n").expect("the folder is ours");
    let header = format!("headers = {{ authorization = {{ file = {file:?} }} }}\n");
    let host = host().guest("rogue").settings(&(collector.settings() + &header)).start();
    let wait_for_header = |text: &str| {
        wait_for("the header", || {
            assert_eq!(host.ask("rogue", "ok").said(), "ok");
            (collector.header("authorization") == text).then_some(())
        });
    };
    wait_for_header("Bearer one");

    replace(&file, "Bearer two");
    wait_for_header("Bearer two");
    replace(&file, "two\nlines");
    let _ = host.logged("headers of posted spans kept as they were");
    wait_for_header("Bearer two");
}

#[test]
fn the_admin_token_is_read_again_when_its_file_changes() {
    let folder = folder();
    let file: PathBuf = folder.path().join("token");
    fs::write(&file, "a".repeat(32)).expect("the folder is ours");
    let settings = format!("[admin]\nlisten = \"127.0.0.1:0\"\ntoken-file = {file:?}");
    let host = host().guest("rogue").settings(&settings).start();
    assert_eq!(host.run(["plugins", "list"]).code, Some(0));

    replace(&file, "\u{feff}".to_owned() + &"b".repeat(32) + "\n");

    wait_for("the token", || (host.run(["plugins", "list"]).code == Some(0)).then_some(()));
    let _ = host.logged("admin token replaced");
    let before = folder.path().join("before");
    fs::write(&before, "a".repeat(32)).expect("the folder is ours");
    let url = format!("http://{}", host.admin().address);
    let before = before.to_str().expect("the path is text");
    let ran = host.run(["plugins", "list", "--admin", &url, "--token-file", before]);
    assert_ne!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn another_proxy_for_signing_keys_takes_effect_without_a_restart() {
    let keys = "{\"keys\":[]}";
    let proxy = Backend::that_writes(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{keys}", keys.len()));
    let issuer = "[auth]\nsigning-keys-pause = \"100ms\"\nsigning-keys-refresh = \"100ms\"\n\
                  [auth.issuers.entra]\ntenants = [\"11111111-2222-3333-4444-555555555555\"]\n\
                  application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"\nscopes = [\"Insights.Read\"]\n\
                  jwks-url = \"http://idp.invalid/keys\"\nplain-http = true\n";
    let host = host().guest("rogue").settings(issuer).start();
    let _ = host.logged("signing keys could not be fetched");

    host.write_settings(&format!("{issuer}[fetch]\nproxy = \"http://127.0.0.1:{}\"", proxy.port()));

    wait_for("the proxy to be asked", || (proxy.connections() > 0).then_some(()));
    let _ = host.logged("go through a proxy");
}

#[test]
fn a_secret_of_a_plugin_that_settings_name_later_is_followed_too() {
    let backend = Backend::https();
    let folder = folder();
    let secret = folder.path().join("token");
    fs::write(&secret, "open sesame").expect("the folder is ours");
    let host = host().guest("rogue").settings(UNHURRIED).start();
    let origin = backend.origin();
    host.write_settings(&format!(
        "{UNHURRIED}[plugins.rogue.config]\nbackend = \"{origin}\"\n\
         [plugins.rogue.grants.secrets.token]\nfile = {secret:?}\nreadable = true\n"
    ));
    let _ = host.logged("grants changed");

    replace(&secret, "close sesame");

    let _ = host.logged("secrets-changed");
}
