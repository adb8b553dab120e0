use std::fs;
use std::net::TcpListener;
use std::time::Instant;

use futures_util::FutureExt;
use tempfile::TempDir;

use super::*;
use crate::grants::KeyValueGrant;
use contract::Caller;

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a temporary folder")
}

fn in_file(folder: &TempDir) -> Settings {
    let location = StoreLocation::File(Some(folder.path().join("state/key-value.redb")));
    // A busy machine may delay threads for long.
    Settings { location, time: Duration::from_secs(10), ..Settings::default() }
}

fn open(settings: &Settings) -> Arc<Store> {
    Arc::new(Store::open(settings).expect("it opens"))
}

/// A call of `plugin` for `tenant`.
fn call(store: &Arc<Store>, plugin: &str, tenant: Option<&str>) -> Entries {
    let caller = tenant.map(|id| Caller::Tenant(id.to_owned()));
    let space = Space::of(plugin, KeyValueGrant::PerTenant, caller.as_ref());
    Entries::new(Arc::clone(store), space, net::trace::CallSpan::none(), Instant::now() + Duration::from_secs(60))
}

async fn kept(store: &Arc<Store>, plugin: &str, tenant: Option<&str>) -> Option<String> {
    call(store, plugin, tenant).get("token").await.expect("it serves")
}

#[tokio::test]
async fn what_one_call_keeps_is_there_for_the_next_of_its_plugin_and_tenant_alone() {
    let folder = folder();
    let store = open(&in_file(&folder));

    call(&store, "hub", Some("contoso")).set("token", "secret".to_owned(), 60).await.expect("there is room");

    assert_eq!(kept(&store, "hub", Some("contoso")).await.as_deref(), Some("secret"));
    assert_eq!(kept(&store, "hub", Some("fabrikam")).await, None);
    assert_eq!(kept(&store, "hub", None).await, None);
    assert_eq!(kept(&store, "care", Some("contoso")).await, None);
}

#[tokio::test]
async fn a_file_keeps_entries_for_the_next_host_and_shows_them_to_no_other_user() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let settings = in_file(&folder);
    let store = open(&settings);
    call(&store, "hub", None).set("token", "secret".to_owned(), 60).await.expect("there is room");
    drop(store);

    let store = open(&settings);

    assert_eq!(kept(&store, "hub", None).await.as_deref(), Some("secret"));
    let mode = |path: &str| fs::metadata(folder.path().join(path)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode("state"), mode("state/key-value.redb")), (0o700, 0o600));
}

#[tokio::test]
async fn a_removed_entry_is_gone_and_removing_it_again_is_fine() {
    let folder = folder();
    let store = open(&in_file(&folder));
    let call = call(&store, "hub", None);
    call.set("token", "secret".to_owned(), 60).await.expect("there is room");

    call.remove("token").await.expect("it is there");
    call.remove("token").await.expect("it is not, which is the same");

    assert_eq!(call.get("token").await, Ok(None));
}

#[tokio::test]
async fn keys_and_values_that_are_too_long_are_refused() {
    let folder = folder();
    let store = open(&in_file(&folder));
    let call = call(&store, "hub", None);

    assert_eq!(call.set(&"k".repeat(512), "v".repeat(64 << 10), 60).await, Ok(()));
    assert_eq!(call.set("k", "v".repeat((64 << 10) + 1), 60).await, Err(StoreError::TooLong));
    assert_eq!(call.get(&"k".repeat(513)).await, Err(StoreError::TooLong));
}

#[tokio::test]
async fn a_call_has_a_hundred_operations() {
    let folder = folder();
    let store = open(&in_file(&folder));
    let talkative = call(&store, "hub", None);

    for _ in 0..100 {
        assert_eq!(talkative.get("token").await, Ok(None));
    }

    assert_eq!(talkative.get("token").await, Err(StoreError::Unavailable));
    assert_eq!(call(&store, "hub", None).get("token").await, Ok(None), "the next call has its own");
}

#[tokio::test]
async fn a_redis_that_never_answers_costs_a_call_its_time_once() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("redis://{}", silent.local_addr().expect("it listens"));
    let store = open(&Settings { location: StoreLocation::Redis(url.into()), ..Settings::default() });
    let call = call(&store, "hub", None);
    let begun = Instant::now();

    for _ in 0..100 {
        assert_eq!(call.get("token").await, Err(StoreError::Unavailable));
    }

    assert!(begun.elapsed() < Duration::from_secs(5), "a hundred times its time would be ten seconds");
}

#[tokio::test]
async fn an_operation_that_nobody_waits_for_is_done_whole_or_not_at_all() {
    let folder = folder();
    let store = open(&in_file(&folder));

    for polls in 0..8 {
        let entries = call(&store, "hub", None);
        let mut set = Box::pin(entries.set("token", "secret".to_owned(), 60));
        for _ in 0..polls {
            if (&mut set).now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(set);

        let found = kept(&store, "hub", None).await;
        assert!(found.is_none() || found.as_deref() == Some("secret"), "{found:?}");
        call(&store, "hub", None).remove("token").await.expect("it serves");
    }
}

fn problem(settings: &Settings) -> String {
    Store::open(settings).err().expect("it does not open").to_string()
}

#[tokio::test]
async fn a_file_that_cannot_serve_is_named_with_the_setting_to_change() {
    let folder = folder();
    let of = |path| Settings { location: StoreLocation::File(path), ..Settings::default() };
    let path = |name: &str| folder.path().join(name);
    fs::write(path("file"), "").expect("the folder is ours");
    let in_use = of(Some(path("in-use")));
    let _store = open(&in_use);

    assert!(problem(&of(None)).contains("set `path` in `[key-value]`"));
    for (settings, expected) in [
        (in_use, "another process keeps key-value entries in "),
        (of(Some(path("file/key-value.redb"))), "set `path` in `[key-value]` to a file of this user's"),
        (of(Some(folder.path().to_owned())), "set `path` in `[key-value]` to a file of this user's"),
    ] {
        let problem = problem(&settings);
        assert!(problem.contains(expected), "{problem}");
    }
}

#[tokio::test]
async fn a_bad_url_of_redis_is_not_repeated() {
    let url = "redis://:hunter2@local host:port/";

    let problem = problem(&Settings { location: StoreLocation::Redis(url.into()), ..Settings::default() });

    assert!(problem.contains("`redis` in `[key-value]`") && !problem.contains("hunter2"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures: run it by name, with --release"]
async fn what_operations_on_a_file_cost() {
    const TIMES: usize = 2_000;
    let folder = folder();
    let store = open(&in_file(&folder));
    let value = "v".repeat(1_000);
    call(&store, "hub", None).set("token", value.clone(), 60).await.expect("there is room");

    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let begun = Instant::now();
        call(&store, "hub", None).get("token").await.expect("it serves");
        reads.push(begun.elapsed());
        let begun = Instant::now();
        call(&store, "hub", None).set("token", value.clone(), 60).await.expect("there is room");
        writes.push(begun.elapsed());
    }

    for (what, mut took) in [("read", reads), ("write", writes)] {
        took.sort();
        println!("{what}: median {:?}, p99 {:?}", took[TIMES / 2], took[TIMES * 99 / 100]);
    }
}
