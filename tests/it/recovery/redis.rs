//! A Redis that is gone for a minute.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;

use insight_tests::{free_address, wait_for};

use super::{GONE, GRANTED, Load, OK, folder, said, told};
use crate::host;

/// Runs a server that keeps its data across restarts, and waits until it listens; none if it is not installed.
fn serve(folder: &Path, port: u16) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--port"]);
    let child = command.arg(port.to_string()).current_dir(folder).stdout(Stdio::null()).spawn().ok()?;
    wait_for("Redis", || TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).ok());
    Some(child)
}

#[test]
#[ignore = "it takes minutes: `.ci/slow recovery` runs it"]
fn plugins_do_without_a_redis_that_is_gone_and_use_it_when_it_is_back() {
    let (folder, port) = (folder(), free_address().port());
    let Some(mut redis) = serve(folder.path(), port) else {
        return eprintln!("SKIPPED: there is no `redis-server`; `apt-get install redis-server` installs it");
    };
    let settings = format!("{GRANTED}redis = \"redis://127.0.0.1:{port}\"\n").replace("time = \"2s\"\n", "");
    let host = host().guest("rogue").settings(&settings).start();
    let kept = OK.replace("recordId=ok", "recordId=kept:a");
    assert_eq!(said(&host, "keep:a=1"), "done");
    let load = Load::start(host.address(), &kept);
    load.wait_for_answers();

    redis.kill().and_then(|()| redis.wait()).expect("it is our child");
    sleep(GONE / 2);
    assert_eq!(said(&host, "kept:a"), "unavailable");
    sleep(GONE / 2);
    load.wait_for_answers();
    let gone = told(&host, "key-value store unavailable");
    let mut redis = serve(folder.path(), port).expect("it was there before");

    wait_for("the store", || (said(&host, "keep:b=2") == "done").then_some(()));
    assert_eq!(said(&host, "kept:b"), "kept 2");
    let back = told(&host, "key-value store available again");
    load.wait_for_answers();
    load.end("Redis gone for a minute", &format!("{gone}; {back}"));
    redis.kill().and_then(|()| redis.wait()).expect("it is our child");
}
