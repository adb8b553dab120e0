//! The key-value store: the separation of tenants and plugins, times to live, and quotas.

pub(crate) mod redis;
mod trouble;

use insight_tests::issuer::{Issuer, SigningKey, TENANT};
use insight_tests::{Ran, Setup, TestHost, wait_for};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::auth::issuer;
use crate::{UNDER_TEST, host};

/// Settings under which the guest `rogue` has entries of its own per tenant. Lines appended to them belong to
/// `[key-value]`.
///
/// On a busy machine an operation of the store may take longer than the default timeout.
const GRANTED: &str = "[plugins.rogue.grants]\nkey-value = \"per-tenant\"\n[key-value]\ntime = \"2s\"\n";

/// The beginning of `[key-value]` alone, for settings with other grants.
const PATIENT: &str = "[key-value]\ntime = \"2s\"\n";

/// Sets up a host of the guest `rogue`, and of the same guest as `snoop`.
fn rogue_and_snoop(settings: &str) -> Setup {
    host().guest("rogue").guest_as("rogue", "snoop").settings(settings)
}

fn said(host: &TestHost, behaviour: &str) -> String {
    host.ask("rogue", behaviour).said()
}

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a temporary folder")
}

/// Returns the setting of `[key-value]` for a file in `folder`.
fn file_in(folder: &TempDir) -> String {
    format!("path = \"{}\"\n", folder.path().join("key-value.redb").display())
}

#[test]
fn a_plugin_that_is_not_granted_it_keeps_nothing() {
    let host = rogue_and_snoop("").start();

    for behaviour in ["keep:a=1", "kept:a", "forget:a"] {
        assert_eq!(said(&host, behaviour), "not granted", "{behaviour}");
    }
}

#[test]
fn what_one_call_keeps_the_next_finds_until_it_removes_it() {
    let host = rogue_and_snoop(GRANTED).start();

    assert_eq!(said(&host, "kept:a"), "kept nothing");
    assert_eq!(said(&host, "keep:a=1"), "done");
    assert_eq!(said(&host, "keep:a=2"), "done");
    assert_eq!(said(&host, "kept:a"), "kept 2");
    assert_eq!(said(&host, "forget:a"), "done");
    assert_eq!(said(&host, "kept:a"), "kept nothing");
}

#[test]
fn row_17_no_plugin_finds_what_another_keeps() {
    for whose in ["per-tenant", "all-tenants"] {
        let granted = |name| format!("[plugins.{name}.grants]\nkey-value = \"{whose}\"\n");
        let host = rogue_and_snoop(&(granted("rogue") + &granted("snoop") + PATIENT)).start();

        assert_eq!(said(&host, "keep:token=secret"), "done");

        assert_eq!(host.ask("snoop", "kept:token").said(), "kept nothing");
        assert_eq!(host.ask("snoop", "forget:token").said(), "done");
        assert_eq!(said(&host, "kept:token"), "kept secret");
    }
}

#[test]
fn entries_survive_a_restart() {
    let folder = folder();
    let settings = GRANTED.to_owned() + &file_in(&folder);
    let first = rogue_and_snoop(&settings).start();
    assert_eq!(said(&first, "keep:a=1"), "done");
    let _ = first.stop();

    let second = rogue_and_snoop(&settings).start();

    assert_eq!(said(&second, "kept:a"), "kept 1");
}

#[test]
fn entries_survive_a_reload() {
    let host = rogue_and_snoop(GRANTED).start();
    assert_eq!(said(&host, "keep:a=1"), "done");

    host.author("rogue", "[config]\nname = \"changed\"");
    let _ = host.logged("plugin replaced");

    assert_eq!(said(&host, "kept:a"), "kept 1");
}

#[test]
fn an_entry_is_gone_when_its_time_is_up() {
    let host = rogue_and_snoop(GRANTED).start();

    assert_eq!(said(&host, "keep-shortly:a=1"), "done");

    wait_for("the entry to expire", || (said(&host, "kept:a") == "kept nothing").then_some(()));
}

#[test]
fn the_operator_limits_how_long_entries_are_kept() {
    let settings = GRANTED.to_owned() + "time-to-live = \"1s\"\n";
    let host = rogue_and_snoop(&settings).start();

    assert_eq!(said(&host, "keep:a=1"), "done", "for a minute, it asks");

    wait_for("the entry to expire", || (said(&host, "kept:a") == "kept nothing").then_some(()));
}

#[test]
fn a_plugin_keeps_no_more_than_it_may() {
    let settings = GRANTED.to_owned() + "entries = 5\n";
    let host = rogue_and_snoop(&settings).start();

    assert_eq!(said(&host, "keep-many:9"), "5, then full");
    assert_eq!(said(&host, "keep-long:65536"), "full");
    assert_eq!(said(&host, "forget:entry-0"), "done");
    assert_eq!(said(&host, "keep-long:65536"), "done");
    assert_eq!(said(&host, "keep-long:65537"), "too long");
    assert_eq!(said(&host, "keep-under-long-key:513"), "too long");
    assert_eq!(said(&host, "look-often:101"), "100, then unavailable");
}

/// Settings by which two plugins share a store of 800 bytes, about 25 entries.
fn small_store(location: &str) -> String {
    format!("{location}store-size = \"800B\"\n[plugins.snoop.grants]\nkey-value = \"per-tenant\"\n")
}

/// Checks that `rogue` evicts its own entries, and none of `snoop`'s.
fn assert_that_the_greedy_evicts_its_own(host: &TestHost) {
    assert_eq!(host.ask("snoop", "keep:token=1").said(), "done");

    for _ in 0..3 {
        assert_eq!(said(host, "keep-many:60"), "60", "there is always room, and never an error");
    }

    assert_eq!(host.ask("snoop", "kept:token").said(), "kept 1", "though it expires first");
    assert_eq!(said(host, "kept:entry-59"), "kept v");
    assert_eq!(said(host, "kept:entry-0"), "kept nothing");
    let evicted = |plugin: &str| host.metric(&format!("insight_host_key_value_evictions_total{{plugin=\"{plugin}\"}}"));
    assert!(evicted("rogue") > 100.0);
    assert_eq!(evicted("snoop"), 0.0);
    let bytes = host.metric("insight_host_key_value_bytes{plugin=\"rogue\"}");
    assert!((400.0..=800.0).contains(&bytes), "{bytes}");
    let shown = host.run(["plugins", "show", "rogue"]).stdout;
    assert!(shown.contains("entries evicted"), "{shown}");
    let _line = host.logged("key-value entries of the plugin were evicted");
}

#[test]
fn a_plugin_that_fills_the_store_evicts_its_own_entries_and_not_its_neighbours() {
    let host = rogue_and_snoop(&small_store(GRANTED)).start();

    assert_that_the_greedy_evicts_its_own(&host);
}

/// Runs `insight-host call` for the guest with this behaviour.
fn call(settings: &TempDir, caller: &[&str], behaviour: &str) -> Ran {
    let file = settings.path().join("settings.toml");
    let component = UNDER_TEST.guest("rogue");
    let [file, component] = [&file, &component].map(|path| path.to_str().expect("the path is text"));
    let words = ["call", "--config", file];
    let question = [component, "record-summary", "--record-type", "account", "--record-id", behaviour];
    UNDER_TEST.run([&words, caller, &question].concat())
}

/// Returns the guest's answer in such a call.
fn item(settings: &TempDir, caller: &[&str], behaviour: &str) -> Value {
    let ran = call(settings, caller, behaviour);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON and nothing else");
    answer["value"][0].clone()
}

fn settings_of(grants: &str) -> TempDir {
    let folder = folder();
    let text = format!("[plugins.rogue.grants]\n{grants}\n{PATIENT}{}", file_in(&folder));
    std::fs::write(folder.path().join("settings.toml"), text).expect("the folder is ours");
    folder
}

const CONTOSO: &[&str] = &["--tenant", "contoso", "--user", "kenny"];
const OTHER_TENANT: &str = "99999999-2222-3333-4444-555555555555";

/// A host that trusts an issuer with two tenants.
struct TwoTenants {
    host: TestHost,
    issuer: Issuer,
    key: SigningKey,
}

impl TwoTenants {
    /// Starts the host of the guest `rogue` with these grants.
    fn start(grants: &str) -> Self {
        let (issuer, key) = issuer();
        let one = format!("tenants = [\"{TENANT}\"]");
        let both = format!("tenants = [\"{TENANT}\", \"{OTHER_TENANT}\"]");
        let trusted = issuer.settings("", "").replace(&one, &both);
        let settings = format!("[plugins.rogue.grants]\n{grants}\n{PATIENT}{trusted}");
        Self { host: host().guest("rogue").settings(&settings).start(), issuer, key }
    }

    /// Asks as a user of this tenant.
    fn said(&self, tenant: &str, behaviour: &str) -> String {
        let iss = format!("{}/{tenant}/v2.0", self.issuer.origin());
        let token = self.key.sign(&self.issuer.claims(&json!({ "iss": iss, "tid": tenant })));
        let target = format!("/api/providers/rogue/record-summary?recordType=account&recordId={behaviour}");
        self.host.get_with(&target, &[("authorization", &format!("Bearer {token}"))]).said()
    }
}

#[test]
fn each_tenant_has_entries_of_its_own() {
    let tenants = TwoTenants::start("key-value = \"per-tenant\"");

    assert_eq!(tenants.said(TENANT, "keep:a=1"), "done");

    assert_eq!(tenants.said(TENANT, "kept:a"), "kept 1");
    assert_eq!(tenants.said(OTHER_TENANT, "kept:a"), "kept nothing");
}

#[test]
fn tenants_share_entries_only_if_granted_so() {
    let tenants = TwoTenants::start("key-value = \"all-tenants\"");

    assert_eq!(tenants.said(TENANT, "keep:a=1"), "done");

    assert_eq!(tenants.said(OTHER_TENANT, "kept:a"), "kept 1");
}

#[test]
fn a_plugin_is_told_who_asks_only_if_granted_so() {
    let caller = |settings: &TempDir| item(settings, CONTOSO, "echo")["additionalProperties"]["caller"].clone();

    assert_eq!(caller(&settings_of("caller = true")), "kenny of contoso");
    assert_eq!(caller(&settings_of("caller = false")), "none");
    assert_eq!(caller(&settings_of("key-value = \"per-tenant\"")), "none");
}

#[test]
fn a_sign_in_name_is_told_by_a_grant_of_its_own() {
    let kenny = [CONTOSO, &["--user-name", "kenny@contoso.example"]].concat();
    let name = |grants: &str| item(&settings_of(grants), &kenny, "echo")["additionalProperties"]["user-name"].clone();

    assert_eq!(name("caller = true\nuser-name = true"), "kenny@contoso.example");
    assert_eq!(name("caller = true"), "none");
    let refused = call(&settings_of("user-name = true"), &kenny, "echo");
    assert!(refused.stderr.contains("`plugins.rogue.grants.user-name`"), "{refused:?}");
}

#[test]
fn a_caller_is_a_tenant_and_a_user() {
    let settings = settings_of("");

    for (caller, missing) in [(&CONTOSO[..2], "--user"), (&CONTOSO[2..], "--tenant")] {
        let ran = call(&settings, caller, "ok");

        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(missing), "{ran:?}");
    }
}
