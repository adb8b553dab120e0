//! Listening for changes of tools: a stream of events, bounded in number and by time.

mod proxied;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use insight_tests::{PATIENCE, TestHost};
use serde_json::{Value, json};

use super::{MODERN, modern_body};
use crate::auth::new_key;
use crate::host;

/// The most listeners of all callers together.
const MOST: usize = 256;

/// A connection that listens.
struct Listener {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Listener {
    fn open(host: &TestHost, path: &str, notifications: &Value, more: &str) -> Self {
        Self::open_at(host.address(), path, notifications, more)
    }

    /// Opens a connection to a host, or to a proxy before it.
    fn open_at(address: SocketAddr, path: &str, notifications: &Value, more: &str) -> Self {
        use std::io::Write;

        let body = modern_body(&json!("sub-1"), "subscriptions/listen", &json!({ "notifications": notifications }));
        let mut stream = TcpStream::connect(address).expect("the host listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nmcp-protocol-version: \
             {MODERN}\r\nmcp-method: subscriptions/listen\r\n{more}content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).expect("it is sent");
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).expect("the host answers") > 0, "it closed: {head}");
        }
        Self { stream, head }
    }

    fn tools(host: &TestHost, path: &str) -> Self {
        Self::open(host, path, &json!({ "toolsListChanged": true }), "")
    }

    /// Reads the next event. `None` if the stream has ended.
    fn next(&mut self) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("an event is JSON"));
            }
            // The end of a chunked body.
            if line == "0\r\n" {
                return None;
            }
        }
    }

    fn acknowledged(mut self) -> Self {
        let event = self.next().expect("an event comes");
        assert_eq!(event["method"], "notifications/subscriptions/acknowledged", "{event}");
        assert_eq!(event["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "sub-1");
        self
    }

    /// Returns whether no event comes for a while, and the stream stays open. Signs of life are none.
    fn is_silent(&mut self) -> bool {
        let stream = self.stream.get_ref();
        stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a time-out can be set");
        let is_silent = loop {
            let mut line = String::new();
            match self.stream.read_line(&mut line) {
                Ok(0) => break false,
                Ok(_) if line.starts_with("data: ") => break false,
                Ok(_) => {}
                Err(_elapsed) => break true,
            }
        };
        self.stream.get_ref().set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        is_silent
    }
}

#[test]
fn a_reload_is_told_once_to_those_it_concerns() {
    let host = host().guest("well").guest("rogue").start();
    let mut of_all = Listener::tools(&host, "/mcp").acknowledged();
    assert!(of_all.head.starts_with("HTTP/1.1 200 ") && of_all.head.contains("text/event-stream"), "{}", of_all.head);
    assert!(of_all.head.to_lowercase().contains("x-accel-buffering: no"), "{}", of_all.head);
    let mut of_well = Listener::tools(&host, "/mcp/well").acknowledged();
    let mut of_rogue = Listener::tools(&host, "/mcp/rogue").acknowledged();
    let mut of_nothing = Listener::open(&host, "/mcp", &json!({ "promptsListChanged": true }), "").acknowledged();

    host.author("well", "[config]\nitems = 7");

    for listener in [&mut of_all, &mut of_well] {
        let event = listener.next().expect("an event comes");
        assert_eq!(event["method"], "notifications/tools/list_changed");
        assert_eq!(event["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "sub-1");
        assert!(listener.is_silent(), "it is told once");
    }
    assert!(of_rogue.is_silent() && of_nothing.is_silent());
}

#[test]
fn loading_disabling_enabling_and_removing_are_told() {
    let host = host().guest("well").start();
    let mut listener = Listener::tools(&host, "/mcp").acknowledged();
    let mut told = |what: &str| {
        let event = listener.next().unwrap_or_else(|| panic!("{what} is not told"));
        assert_eq!(event["method"], "notifications/tools/list_changed", "{what}");
    };

    host.install("other", &fs::read(host.plugin_file("well.wasm")).expect("it is there"));
    told("a new plugin");
    let _ = host.run(["plugins", "disable", "other"]);
    told("a disabled plugin");
    let _ = host.run(["plugins", "enable", "other"]);
    told("an enabled plugin");
    host.remove("other");
    told("a removed plugin");
}

#[test]
fn what_a_caller_may_not_ask_is_not_told() {
    let (key, of_key) = new_key(&["--name", "one", "--providers", "well"]);
    let host = host().guest("well").guest("rogue").settings(&of_key).start();
    let with_key = format!("x-api-key: {key}\r\n");
    let mut listener = Listener::open(&host, "/mcp", &json!({ "toolsListChanged": true }), &with_key).acknowledged();

    host.author("rogue", "[config]\nbehaviour = \"ok\"");
    let _ = host.logged("plugin replaced");
    assert!(listener.is_silent());

    host.author("well", "[config]\nitems = 7");
    assert!(listener.next().is_some());
}

#[test]
fn listeners_are_bounded_for_a_caller_and_leave_room_for_others() {
    let (one, of_one) = new_key(&["--name", "one"]);
    let (two, of_two) = new_key(&["--name", "two"]);
    let host = host().guest("well").settings(&format!("{of_one}{of_two}")).start();
    let open = |key: &str| {
        Listener::open(&host, "/mcp", &json!({ "toolsListChanged": true }), &format!("x-api-key: {key}\r\n"))
    };

    let held: Vec<_> = (0..MOST / 2).map(|_| open(&one).acknowledged()).collect();
    let mut refused = open(&one);
    assert!(refused.head.starts_with("HTTP/1.1 429 "), "{}", refused.head);
    assert!(refused.head.to_lowercase().contains("retry-after: "), "{}", refused.head);
    let other = open(&two).acknowledged();
    assert!(host.metric("insight_host_http_mcp_listeners") as usize == MOST / 2 + 1);
    assert_eq!(host.metric("insight_host_http_mcp_listeners_refused_total"), 1.0);

    let mut body = vec![0; 64];
    let _ = refused.stream.read(&mut body);
    drop((held, other));
    insight_tests::wait_for("the places", || (host.metric("insight_host_http_mcp_listeners") == 0.0).then_some(()));
    let _ = open(&one).acknowledged();
}

#[test]
fn a_listener_gives_way_if_connections_are_needed() {
    let host = host().guest("well").settings("[http]\nconnections = 4").start();
    let mut listeners: Vec<_> = (0..4).map(|_| Listener::tools(&host, "/mcp").acknowledged()).collect();

    insight_tests::wait_for("the connection that has waited longest to be closed", || {
        let mut wire = host.wire();
        wire.send("GET /api/agent/record_summary?recordType=a&recordId=1 HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert!(wire.read_answer().starts_with("HTTP/1.1 200 "));
        (!listeners[0].is_silent()).then_some(())
    });
}

#[test]
fn a_host_that_shuts_down_ends_its_listeners_properly() {
    let host = host().guest("well").settings("[http]\ndrain-delay = \"1s\"").start();
    let mut listener = Listener::tools(&host, "/mcp").acknowledged();

    host.terminate();

    let last = listener.next().expect("it is told");
    assert_eq!((&last["id"], &last["result"]["resultType"]), (&json!("sub-1"), &json!("complete")));
    assert_eq!(last["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "sub-1");
    assert_eq!(listener.next(), None);
}

#[test]
fn what_to_listen_for_must_be_said() {
    let host = host().guest("well").start();
    for params in [json!({}), json!({ "notifications": true })] {
        let answer = super::modern(&host, "subscriptions/listen", &params);

        assert_eq!((answer.status, &answer.json()["error"]["code"]), (200, &json!(-32_602)), "{params}");
    }
}
