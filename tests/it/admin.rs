//! The admin API: its answers, its commands, and the requests that it rejects.

mod audit;
mod commands;
mod hostile;
mod orders;
mod state;

use std::fs;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use insight_tests::{TestHost, wait_for};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{UNDER_TEST, host};

/// The time that the admin API may take for an answer while guests use every core.
const PROMPT: Duration = Duration::from_secs(2);

/// The callers of guests that spin: several per guest thread.
const SPINNERS: usize = 8;

/// Returns the admin API's view of one plugin.
fn plugin(host: &TestHost, name: &str) -> Value {
    host.ask_admin("GET", &format!("/api/plugins/{name}")).json()
}

/// Reloads one plugin, and returns the result.
fn reload(host: &TestHost, name: &str) -> Value {
    host.ask_admin("POST", &format!("/api/plugins/{name}/reload")).json()
}

#[test]
fn plugins_are_listed_with_those_that_do_not_load_at_the_end() {
    let host = host().guest("well").sample("contoso-hub").component("broken", b"no component").start();
    let _ = host.ask("well", "1");

    let answer = host.ask_admin("GET", "/api/plugins");

    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let plugins = answer.json()["plugins"].as_array().expect("a list").clone();
    let field = |name: &str| plugins.iter().map(|plugin| plugin[name].clone()).collect::<Vec<_>>();
    assert_eq!(field("id"), ["contoso-hub", "well", "broken"]);
    assert_eq!(field("state"), ["loaded", "loaded", "refused"]);
    assert_eq!(field("version"), [json!("1.0.0"), Value::Null, Value::Null]);
    assert_eq!(field("calls"), [json!({}), json!({"answered": 1}), json!({})]);
    assert_eq!(plugins[1]["capabilities"], json!(["record-summary"]));
    assert_eq!(plugins[1]["digest"].as_str().map(str::len), Some(64));
    assert!(plugins[1]["loadedAt"].as_str().is_some_and(|at| at.ends_with('Z')), "{}", plugins[1]);
    let error = plugins[2]["lastError"]["message"].as_str().expect("a message");
    assert!(error.contains("failed to load plugin `broken`"), "{error}");
}

#[test]
fn a_plugin_shows_its_limits_and_what_it_wishes_and_is_granted_side_by_side() {
    let secrets = TempDir::new().expect("there is room for a temporary folder");
    let file = secrets.path().join("hub-token");
    fs::write(&file, "never-to-be-shown").expect("the folder is ours");
    let settings = format!(
        "[plugins.well.limits]\ntime = \"1s\"\n\
         [plugins.well.grants]\nkey-value = \"per-tenant\"\n\
         [[plugins.well.grants.http]]\norigin = \"https://*.contoso.com\"\nmethods = [\"GET\"]\n\
         [plugins.well.grants.secrets.hub]\nfile = {file:?}\nhosts = [\"api.contoso.com\"]\nheader = \"authorization\""
    );
    let wishes = "[wishes]\nhttp = [\"https://api.contoso.com\"]\nsecrets = [\"hub\"]\ncaller = true";
    let host = host().guest("well").author("well", wishes).settings(&settings).start();

    let answer = host.ask_admin("GET", "/api/plugins/well");

    let plugin = answer.json();
    assert_eq!(plugin["limits"]["timeMs"], 1_000, "{plugin}");
    assert_eq!(plugin["limits"]["memoryBytes"], 64 << 20);
    assert_eq!(
        plugin["reach"]["wished"],
        json!({"http": ["https://api.contoso.com"], "secrets": ["hub"], "keyValue": false, "caller": true, "userName": false})
    );
    assert_eq!(
        plugin["reach"]["granted"],
        json!({
            "http": [{"origin": "https://*.contoso.com", "methods": ["GET"], "networks": []}],
            "secrets": [{
                "name": "hub",
                "hosts": ["api.contoso.com"],
                "header": "authorization",
                "body": false,
                "readable": false,
            }],
            "keyValue": "per-tenant",
            "caller": false,
            "userName": false,
        })
    );
    assert!(!answer.body.contains("never-to-be-shown") && !answer.body.contains("hub-token"), "{}", answer.body);
}

#[test]
fn a_version_that_does_not_load_shows_beside_the_one_that_is_kept_until_it_does() {
    let host = host().guest("well").start();
    let good = fs::read(UNDER_TEST.guest("well")).expect("it is built");
    let digest = plugin(&host, "well")["digest"].clone();

    host.install("well", b"no component");
    let refused = wait_for("the refusal", || Some(plugin(&host, "well")).filter(|it| !it["lastError"].is_null()));
    assert_eq!((&refused["state"], &refused["digest"]), (&json!("loaded"), &digest));

    host.install("well", &good);
    wait_for("the end of the error", || plugin(&host, "well")["lastError"].is_null().then_some(()));
}

#[test]
fn what_is_no_plugin_is_404_with_the_body_of_errors() {
    let host = host().start();

    for (method, target) in [
        ("GET", "/api/plugins/nobody"),
        ("GET", "/api/plugins/..%2f"),
        ("POST", "/api/plugins/nobody/reload"),
        ("GET", "/api/nothing"),
    ] {
        let answer = host.ask_admin(method, target);

        assert_eq!((answer.status, &answer.json()["errorCode"]), (404, &json!("NOT_FOUND")), "{target}");
        assert_eq!(answer.header("x-ms-client-request-id"), answer.json()["activityId"].as_str());
    }
    let answer = host.ask_admin("GET", "/api/reload");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
}

#[test]
fn a_reload_says_what_came_of_it() {
    let host = host().guest("well").component("broken", b"no component").start();

    assert_eq!(reload(&host, "well"), json!({"id": "well", "result": "unchanged"}));
    let refused = reload(&host, "broken");
    assert_eq!(refused["result"], "refused");
    assert!(refused["error"].as_str().is_some_and(|error| error.contains("`broken`")), "{refused}");

    let all = host.ask_admin("POST", "/api/reload").json();
    let results: Vec<_> = all["plugins"].as_array().expect("a list").iter().map(|it| it["result"].clone()).collect();
    assert_eq!(results, ["refused", "unchanged"], "{all}");
}

#[test]
fn the_control_plane_answers_while_guests_burn_every_core() {
    let settings = "[limits]\ntime = \"4s\"\nfuel = 20_000_000_000\n[load]\nsuspend-after = 0";
    let host = host().guest("rogue").guest("well").component("broken", b"no component").settings(settings).start();
    let in_flight = "insight_host_provider_calls_in_flight{plugin=\"rogue\"}";

    let was_asked = AtomicBool::new(false);

    thread::scope(|scope| {
        // Repeated until the admin API has been sent every request.
        let spin = || {
            let mut statuses = (0..10).map(|_| host.ask("rogue", "spin").status);
            let first = statuses.next();
            statuses.find(|_| was_asked.load(Ordering::Relaxed));
            first
        };
        let callers: Vec<_> = (0..SPINNERS).map(|_| scope.spawn(spin)).collect();
        #[expect(clippy::cast_precision_loss, reason = "it is a small number")]
        wait_for("spinning guests", || (host.metric(in_flight) >= SPINNERS as f64).then_some(()));

        for (method, target) in [
            ("GET", "/metrics"),
            ("GET", "/healthz"),
            ("GET", "/readyz"),
            ("GET", "/api/plugins"),
            ("POST", "/api/plugins/well/reload"),
            ("POST", "/api/plugins/broken/reload"),
        ] {
            let answer = host.ask_admin(method, target);
            assert_eq!(answer.status, 200, "{target}");
            assert!(answer.took <= PROMPT, "{target} took {:?}", answer.took);
        }
        assert!(host.get("/healthz").took <= PROMPT);
        wait_for("guests that spin still", || (host.metric(in_flight) > 0.0).then_some(()));
        was_asked.store(true, Ordering::Relaxed);

        let statuses: Vec<_> = callers.into_iter().map(|caller| caller.join().expect("an answer came")).collect();
        assert_eq!(statuses, [Some(500); SPINNERS]);
    });
}

#[test]
fn it_tells_that_the_host_drains_and_goes_with_the_last_answer() {
    let host = host().guest("rogue").start();
    let admin = host.admin();
    let mut caller = host.wire();
    caller.send(
        "GET /api/providers/rogue/record-summary?recordType=account&recordId=slow:3500 HTTP/1.1\r\n\
         host: localhost\r\nconnection: close\r\n\r\n",
    );
    wait_for("the call", || (host.metric("insight_host_calls_admitted") > 0.0).then_some(()));
    assert_eq!(host.ask_admin("GET", "/readyz").body, "ok\n");

    host.terminate();
    let ready = wait_for("draining", || Some(host.ask_admin("GET", "/readyz")).filter(|ready| ready.status == 503));
    assert_eq!(ready.body, "draining\n");
    assert_eq!(host.ask_admin("GET", "/healthz").status, 200);

    assert!(caller.read_to_end().contains("slept well"));
    wait_for("the end of the host", || TcpStream::connect(admin.address).is_err().then_some(()));
    assert!(host.admin_files().is_empty(), "{:?}", host.admin_files());
}

#[test]
fn the_operators_own_token_opens_it_and_is_copied_nowhere() {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    let (file, token) = (dir.path().join("token"), "0123456789abcdef0123456789abcdef");
    fs::write(&file, format!("{token}\n")).expect("the folder is ours");
    let host = host().settings(&format!("[admin]\nlisten = \"127.0.0.1:0\"\ntoken-file = {file:?}")).start();
    let admin = host.admin();

    assert_eq!(admin.token, "");
    let file = file.to_str().expect("the path is text");
    let url = format!("http://{}", admin.address);
    let ran = host.run(["plugins", "list", "--admin", &url, "--token-file", file]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(host.run(["plugins", "list"]).code, Some(0));
}

#[test]
fn the_file_by_which_commands_find_a_host_is_made_again_when_it_is_gone() {
    let host = host().guest("well").start();
    fs::remove_dir_all(host.admin_files()[0].parent().expect("it is in a folder")).expect("the folder is ours");
    assert_eq!(host.run(["plugins", "list"]).code, Some(1));

    wait_for("the file", || (host.run(["plugins", "list"]).code == Some(0)).then_some(()));
}

#[test]
fn a_token_that_everybody_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;

    let dir = TempDir::new().expect("there is room for a temporary folder");
    let start = |mode| {
        let file = dir.path().join("token");
        fs::write(&file, "0123456789abcdef0123456789abcdef").expect("the folder is ours");
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("the file is ours");
        host().settings(&format!("[admin]\nlisten = \"127.0.0.1:0\"\ntoken-file = {file:?}")).start()
    };

    assert!(start(0o644).logged("admin token").contains("chmod"));

    let quiet = start(0o640);
    let _ = quiet.logged("admin API listening");
    assert!(!quiet.log().contains("admin token"), "{}", quiet.log());
}

#[test]
fn without_it_there_is_no_listener_and_no_file() {
    let host = host().settings("[admin]\nlisten = \"off\"").start();

    assert!(host.admin_files().is_empty());
    assert!(!host.log().contains("admin API listening"), "{}", host.log());
}

#[test]
fn the_token_is_in_no_log() {
    let host = host().guest("well").log("trace").start();
    let _ = host.ask_admin("GET", "/api/plugins");
    let _ = host.run(["plugins", "reload"]);

    let token = host.admin().token;

    assert_eq!(token.len(), 64);
    assert!(!host.logged("admin API listening").is_empty());
    assert!(!host.log().contains(&token));
}
