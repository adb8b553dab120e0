//! Listening through real proxies: events are passed on at once, and the connection outlasts the times after which the
//! proxies give up on an answer. Without a proxy a test prints that it is skipped and does nothing.

use std::io::BufRead;

use serde_json::json;

use super::Listener;
use crate::host;
use crate::rolling::proxy::{Proxy, ProxyKind};

/// The signs of life that are awaited. One comes every 5 seconds, and proxies wait 6 seconds for the rest of an answer.
const SIGNS: usize = 2;

fn listens_through(kind: ProxyKind) {
    // A host without authentication serves nobody whom a proxy forwards.
    let host = host().guest("well").settings("[auth]\nanonymous = true").start();
    let Some(proxy) = Proxy::start(kind, [host.address(); 2]) else { return };
    let tools = json!({ "toolsListChanged": true });
    let listener = Listener::open_at(proxy.address, "/mcp", &tools, "");
    assert!(listener.head.starts_with("HTTP/1.1 200 "), "{}", listener.head);
    let mut listener = listener.acknowledged();

    for _ in 0..SIGNS {
        listener.wait_for_sign();
    }
    host.author("well", "[config]\nitems = 7");

    let event = listener.next().expect("an event comes");
    assert_eq!(event["method"], "notifications/tools/list_changed", "{event}");
    drop(listener);
    insight_tests::wait_for("the host to learn that the listener is gone", || {
        (host.metric("insight_host_http_mcp_listeners") == 0.0).then_some(())
    });
}

impl Listener {
    /// Waits for a comment, with which the host says that the stream goes on.
    fn wait_for_sign(&mut self) {
        let mut line = String::new();
        while line.trim_end() != ":" {
            line.clear();
            let read = self.stream.read_line(&mut line).expect("the stream goes on");
            assert!(read > 0, "the stream has ended");
        }
    }
}

#[test]
fn a_listener_behind_haproxy_hears_of_a_reload() {
    listens_through(ProxyKind::HaProxy);
}

#[test]
fn a_listener_behind_envoy_hears_of_a_reload() {
    listens_through(ProxyKind::Envoy);
}

#[test]
fn a_listener_behind_nginx_hears_of_a_reload() {
    listens_through(ProxyKind::Nginx);
}
