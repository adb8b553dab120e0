//! The key-value store in a real Redis. Without a `redis-server` these tests print that and do nothing.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use insight_tests::wait_for;
use tempfile::TempDir;

use super::{GRANTED, assert_that_the_greedy_evicts_its_own, folder, rogue_and_snoop, said, small_store};

/// A Redis server for one test, with a password.
pub(crate) struct Redis {
    dir: TempDir,
    /// The port of connections without TLS.
    port: u16,
    /// The port of connections with TLS, whose certificate is `cert.pem` in the folder.
    tls_port: u16,
    child: Child,
}

impl Redis {
    /// Starts a server, if it is installed.
    pub(crate) fn start() -> Option<Self> {
        let dir = folder();
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a name that can be certified");
        fs::write(dir.path().join("cert.pem"), key.cert.pem()).expect("the folder is ours");
        fs::write(dir.path().join("key.pem"), key.signing_key.serialize_pem()).expect("the folder is ours");
        let doors = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port is free"));
        let [port, tls_port] = doors.map(|door| door.local_addr().expect("it listens").port());
        let Some(child) = serve(&dir, port, tls_port) else {
            eprintln!("SKIPPED: there is no `redis-server`; `apt-get install redis-server` installs it");
            return None;
        };
        Some(Self { dir, port, tls_port, child })
    }

    /// Sends a command, and waits until the server answers `OK`.
    fn tell(&self, command: &str) {
        self.tell_as("hunter2", command);
    }

    fn tell_as(&self, password: &str, command: &str) {
        let mut wire = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("it listens");
        write!(wire, "AUTH {password}\r\n{command}\r\n").expect("it reads");
        let answers: Vec<_> = BufReader::new(wire).lines().take(2).map(|line| line.expect("it answers")).collect();
        assert_eq!(answers, ["+OK", "+OK"], "{command}");
    }

    /// Stops the server, which loses its data.
    pub(crate) fn stop(&mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
    }

    pub(crate) fn start_again(&mut self) {
        self.child = serve(&self.dir, self.port, self.tls_port).expect("it was there before");
    }

    /// Returns settings that grant the guest entries in it.
    pub(crate) fn settings(&self) -> String {
        format!("{GRANTED}redis = \"redis://:hunter2@127.0.0.1:{}\"\n", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the server, and waits until it listens; `None` if it is not installed.
fn serve(dir: &TempDir, port: u16, tls_port: u16) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--requirepass", "hunter2", "--save", "", "--appendonly", "no"]);
    command.args(["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-auth-clients", "no"]);
    command.arg("--port").arg(port.to_string()).arg("--tls-port").arg(tls_port.to_string());
    command.current_dir(dir).stdout(Stdio::null());
    let child = command.spawn().ok()?;
    let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
    wait_for("Redis to listen", || TcpStream::connect(address).ok());
    Some(child)
}

#[test]
fn hosts_that_share_a_redis_share_entries() {
    let Some(redis) = Redis::start() else { return };
    let [one, other] = [(); 2].map(|()| rogue_and_snoop(&redis.settings()).log("debug").start());

    assert_eq!(said(&one, "keep:a=1"), "done");

    assert_eq!(said(&other, "kept:a"), "kept 1");
    assert_eq!(said(&other, "forget:a"), "done");
    assert_eq!(said(&one, "kept:a"), "kept nothing");
    assert!(!one.log().contains("hunter2"), "the password is in the log");
}

#[test]
fn row_17_no_plugin_finds_in_redis_what_another_keeps() {
    let Some(redis) = Redis::start() else { return };
    let granted = redis.settings() + "[plugins.snoop.grants]\nkey-value = \"per-tenant\"\n";
    let host = rogue_and_snoop(&granted).start();

    assert_eq!(said(&host, "keep:token=secret"), "done");

    assert_eq!(host.ask("snoop", "kept:token").said(), "kept nothing");
}

#[test]
fn redis_forgets_entries_in_time_and_gives_their_room_to_others() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&(redis.settings() + "entries = 3\n")).start();
    assert_eq!(said(&host, "keep-many:9"), "3, then full");

    assert_eq!(said(&host, "keep-shortly:entry-0=again"), "done", "it takes the place of its own");
    wait_for("the entry to expire", || (said(&host, "kept:entry-0") == "kept nothing").then_some(()));

    assert_eq!(said(&host, "keep:b=1"), "done");
    assert_eq!(said(&host, "keep:c=1"), "full");
    assert_eq!(said(&host, "forget:b"), "done");
    assert_eq!(said(&host, "keep:c=1"), "done");
}

#[test]
fn entries_that_were_written_while_the_clock_of_redis_was_ahead_are_gone_once_it_is_corrected() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&(redis.settings() + "entries = 3\n")).start();
    assert_eq!(said(&host, "keep-many:9"), "3, then full");

    // What the entries look like to Redis when its clock goes back by thirty days.
    redis.tell(
        "EVAL \"local ahead = 30*24*3600*1000 \
         for _, key in ipairs(redis.call('KEYS', 'insight-host:key-value:1:n*')) do \
         redis.call('PEXPIRE', key, redis.call('PTTL', key) + ahead) end \
         for _, key in ipairs(redis.call('KEYS', 'insight-host:key-value:1:e*')) do \
         for _, name in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, ahead, name) end end \
         return {ok = 'OK'}\" 0",
    );

    assert_eq!(said(&host, "kept:entry-0"), "kept nothing");
    assert_eq!(said(&host, "keep:a=1"), "done", "they take no room");
    assert_eq!(said(&host, "kept:a"), "kept 1");
    assert_eq!(said(&host, "keep-many:9"), "2, then full");
}

#[test]
fn redis_counts_the_bytes_of_a_space() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&(redis.settings() + "space-size = \"40KiB\"\n")).start();

    assert_eq!(said(&host, "keep-long:30000"), "done");
    assert_eq!(said(&host, "keep-long:35000"), "done", "it takes the place of its own");
    assert_eq!(said(&host, "keep-under-long-key:500"), "done");
    assert_eq!(said(&host, "keep-long:41000"), "full");
    assert_eq!(said(&host, "kept:long"), "kept nothing", "what it had kept gave way all the same");
}

#[test]
fn a_plugin_that_fills_redis_evicts_its_own_entries_and_not_its_neighbours() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&small_store(&redis.settings())).start();

    assert_that_the_greedy_evicts_its_own(&host);
}

#[test]
fn room_that_expired_entries_of_redis_leave_is_used_without_evictions() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&small_store(&redis.settings())).start();
    assert_eq!(said(&host, "keep-shortly:a=1"), "done");
    wait_for("the entry to expire", || (said(&host, "kept:a") == "kept nothing").then_some(()));

    assert_eq!(said(&host, "keep-many:20"), "20");

    assert_eq!(host.metric("insight_host_key_value_evictions_total{plugin=\"rogue\"}"), 0.0);
}

#[test]
fn a_redis_that_goes_and_comes_back_is_used_again() {
    let Some(mut redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&redis.settings()).start();
    assert_eq!(said(&host, "keep:a=1"), "done");

    redis.stop();
    assert_eq!(said(&host, "kept:a"), "unavailable");
    redis.start_again();

    wait_for("the store to serve again", || (said(&host, "keep:a=2") == "done").then_some(()));
    assert_eq!(said(&host, "kept:a"), "kept 2");
}

#[test]
fn a_login_that_redis_refused_once_is_tried_again() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&redis.settings()).start();
    redis.tell("CONFIG SET requirepass another");
    assert_eq!(said(&host, "keep:a=1"), "unavailable");

    redis.tell_as("another", "CONFIG SET requirepass hunter2");

    wait_for("the store to serve", || (said(&host, "keep:a=1") == "done").then_some(()));
}

#[test]
fn a_redis_without_memory_is_full_and_keeps_what_it_has() {
    let Some(redis) = Redis::start() else { return };
    let host = rogue_and_snoop(&redis.settings()).start();
    assert_eq!(said(&host, "keep:a=1"), "done");

    redis.tell("CONFIG SET maxmemory 1");

    assert_eq!(said(&host, "keep:b=2"), "full");
    assert_eq!(said(&host, "kept:a"), "kept 1");
    assert_eq!(said(&host, "forget:a"), "done");
}

#[test]
fn redis_is_reached_by_tls_and_only_if_its_certificate_is_trusted() {
    let Some(redis) = Redis::start() else { return };
    let url = format!("rediss://:hunter2@localhost:{}", redis.tls_port);
    let settings = format!("{GRANTED}redis = \"{url}\"\n");
    let trusting = |roots: &str| rogue_and_snoop(&settings).system_roots(&redis.dir.path().join(roots)).start();

    let host = trusting("cert.pem");
    assert_eq!(said(&host, "keep:a=1"), "done");
    assert_eq!(said(&host, "kept:a"), "kept 1");
    assert_eq!(said(&trusting("none.pem"), "kept:a"), "unavailable");
}
