use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::grants::HttpGrant;

/// A resolver whose names lead to other addresses at each lookup.
struct Fickle {
    addresses: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Resolve for Fickle {
    fn resolve(&self, _: &str, port: u16) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
        let time = self.asked.fetch_add(1, Ordering::Relaxed).min(self.addresses.len() - 1);
        let found = self.addresses[time].iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        Box::pin(async move { Ok(found) })
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// An address of TEST-NET-1, which no plugin may reach.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// A connector of a plugin with this grant, and with these names.
fn tcp(grant: &str, addresses: Vec<Vec<IpAddr>>) -> (Tcp, Arc<Fickle>) {
    let grant: HttpGrant = toml::from_str(grant).expect("the test writes a grant");
    let granted = Arc::from([ParsedGrant::parse(&grant).expect("its origin is one")]);
    let resolver = Arc::new(Fickle { addresses, asked: AtomicUsize::new(0) });
    let names = Arc::clone(&resolver);
    (Tcp { granted, resolver, listening: Listening::default(), proxy: None, kept: Arc::new(Semaphore::new(1)) }, names)
}

/// A listener at a loopback port, and a grant for it by name.
async fn backend(networks: &str) -> (TcpListener, String, Uri) {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.expect("a port is free");
    let origin = format!("http://api.contoso.com:{}", listener.local_addr().expect("it listens").port());
    let grant = format!("origin = \"{origin}\"\nnetworks = {networks}");
    (listener, grant, origin.parse().expect("an origin is a URL"))
}

#[tokio::test]
async fn a_granted_name_that_leads_to_loopback_is_refused() {
    let (_listener, grant, uri) = backend("[]").await;
    let (tcp, _) = tcp(&grant, vec![vec![LOOPBACK]]);

    let error = tcp.connect(&uri).await.expect_err("loopback is not granted");

    assert!(matches!(&error, ConnectError::Refused { why, .. } if why.contains("loopback")), "{error}");
}

#[tokio::test]
async fn a_name_of_this_machine_leads_nowhere_else_whatever_the_resolver_says() {
    let grant = "origin = \"http://localhost:9\"\nnetworks = [\"loopback\", \"private\"]";
    let (tcp, _) = tcp(grant, vec![vec![IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))]]);

    let error = tcp.connect(&"http://localhost:9".parse().expect("it is a URL")).await.expect_err("it is elsewhere");

    assert!(matches!(&error, ConnectError::Refused { why, .. } if why.contains("without addresses")), "{error}");
}

#[tokio::test]
async fn a_granted_name_that_leads_to_a_granted_network_is_reached() {
    let (listener, grant, uri) = backend("[\"loopback\"]").await;
    let (tcp, _) = tcp(&grant, vec![vec![LOOPBACK]]);

    let stream = tcp.connect(&uri).await.expect("loopback is granted");

    assert_eq!(stream.peer_addr().expect("it is connected"), listener.local_addr().expect("it listens"));
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_the_address_that_was_judged_is_connected_to() {
    // Checked as loopback, which is granted; a second lookup would lead to metadata.
    let (listener, grant, uri) = backend("[\"loopback\"]").await;
    let metadata = IpAddr::from([169, 254, 169, 254]);
    let (tcp, names) = tcp(&grant, vec![vec![LOOPBACK], vec![metadata]]);

    let stream = tcp.connect(&uri).await.expect("the first address is allowed");

    assert_eq!(stream.peer_addr().expect("it is connected"), listener.local_addr().expect("it listens"));
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
    assert!(tcp.connect(&uri).await.is_err(), "where the name leads by now");
}

#[tokio::test]
async fn addresses_that_may_not_be_reached_are_passed_over() {
    let (_listener, grant, uri) = backend("[\"loopback\"]").await;
    let (tcp, _) = tcp(&grant, vec![vec![NOWHERE, LOOPBACK]]);

    assert_eq!(tcp.connect(&uri).await.expect("one is allowed").peer_addr().expect("it is connected").ip(), LOOPBACK);
}

#[tokio::test]
async fn the_host_itself_is_reached_by_no_grant() {
    let (listener, grant, uri) = backend("[\"loopback\"]").await;
    let (tcp, _) = tcp(&grant, vec![vec![LOOPBACK]]);
    tcp.listening.add(listener.local_addr().expect("it listens"));

    let error = tcp.connect(&uri).await.expect_err("it is the host");

    assert!(matches!(&error, ConnectError::Refused { why, .. } if why.contains("host itself")), "{error}");
}

/// A proxy that grants every tunnel, counts them and notes the last one's destination.
async fn proxy() -> (Proxy, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.expect("a port is free");
    let proxy = format!("http://{}", listener.local_addr().expect("it listens"));
    let tunnels = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&tunnels);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 1024];
            // The head arrives in one piece.
            let length = stream.read(&mut head).await.expect("it is connected");
            let line = String::from_utf8_lossy(&head[..length]).lines().next().unwrap_or_default().to_owned();
            asked.lock().expect("no test panics with it").push(line);
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.expect("it is connected");
        }
    });
    (Proxy::parse(&proxy).expect("it is a URL"), tunnels)
}

#[tokio::test]
async fn a_proxy_is_given_the_address_that_was_checked_and_no_name() {
    let (through, tunnels) = proxy().await;
    let public = IpAddr::from([8, 8, 8, 8]);
    let (mut tcp, _) = tcp("origin = \"https://api.contoso.com\"", vec![vec![NOWHERE, public]]);
    tcp.proxy = Some(through);

    tcp.connect(&"https://api.contoso.com".parse().expect("a URL")).await.expect("the proxy makes a tunnel");

    assert_eq!(*tunnels.lock().expect("nobody panics"), ["CONNECT 8.8.8.8:443 HTTP/1.1"]);
}

#[tokio::test]
async fn a_proxy_changes_nothing_about_the_addresses_that_are_allowed() {
    let (through, tunnels) = proxy().await;
    let (listener, grant, uri) = backend("[]").await;
    let (mut refused, _) = tcp(&grant, vec![vec![LOOPBACK]]);
    refused.proxy = Some(through.clone());
    let address = listener.local_addr().expect("it listens");
    let (mut granted, _) =
        tcp(&format!("{}networks = [\"loopback\"]", grant.replace("networks = []", "")), vec![vec![LOOPBACK]]);
    granted.proxy = Some(through);

    assert!(matches!(refused.connect(&uri).await, Err(ConnectError::Refused { .. })));
    let stream = granted.connect(&uri).await.expect("loopback is granted");

    assert_eq!(stream.peer_addr().expect("it is connected"), address);
    assert!(tunnels.lock().expect("nobody panics").is_empty());
}

#[tokio::test]
async fn what_is_not_granted_is_not_even_looked_up() {
    let (tcp, names) = tcp("origin = \"https://api.contoso.com\"", vec![vec![LOOPBACK]]);

    for uri in ["https://evil.example", "http://api.contoso.com", "https://api.contoso.com:8443", "https://127.0.0.1"] {
        let error = tcp.connect(&uri.parse().expect("a URL")).await.expect_err(uri);
        assert!(matches!(error, ConnectError::Refused { .. }), "{error}");
    }
    assert_eq!(names.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn connections_beyond_those_kept_serve_one_request_each() {
    let (_listener, grant, uri) = backend("[\"loopback\"]").await;
    let (mut tcp, _) = tcp(&grant, vec![vec![LOOPBACK]]);

    let kept = tcp.call(uri.clone()).await.expect("it is reached");
    let further = tcp.call(uri.clone()).await.expect("it is reached");

    assert!(kept.kept.is_some() && further.kept.is_none());
    drop(kept);
    assert!(tcp.call(uri).await.expect("it is reached").kept.is_some());
}
