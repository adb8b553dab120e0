use std::net::SocketAddr;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;

use super::super::{chain, tls};
use super::*;
use crate::proxy::Exceptions;

const LIMITS: FetchLimits = FetchLimits { bytes: 10, time: None, read: ReadBody::Always };

/// Takes connections, and sends this text on each once something was received.
async fn server(text: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move {
        while let Ok((mut wire, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut received = [0; 1_024];
                while wire.read(&mut received).await.is_ok_and(|bytes| bytes > 0) {
                    if wire.write_all(text.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn client(idle: Idle) -> HttpClient {
    HttpClient::new(Connections { tls: tls::trusting_nobody(), connect_time: None, idle, proxies: Arc::default() })
}

async fn fetch(url: &str, limits: FetchLimits) -> Result<Response<Bytes>, Error> {
    let request = Request::get(url).body(Bytes::new()).expect("it is a URL");
    client(Idle::Close).fetch(request, limits).await
}

#[tokio::test]
async fn a_body_within_the_limit_is_read_whole() {
    let address = server("HTTP/1.1 404 Not Found\r\ncontent-length: 10\r\n\r\n0123456789").await;

    let response = fetch(&format!("http://{address}/"), LIMITS).await.expect("it answers");

    assert_eq!((response.status(), &response.body()[..]), (StatusCode::NOT_FOUND, &b"0123456789"[..]));
}

#[tokio::test]
async fn a_body_over_the_limit_is_an_error_whether_its_length_is_stated_or_not() {
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n0123456789a",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n6789ab\r\n0\r\n\r\n",
    ] {
        let address = server(text).await;

        let error = fetch(&format!("http://{address}/"), LIMITS).await.expect_err("it is too long");

        assert!(matches!(&error, Error::Body(error) if is_too_large(error)), "{error:?}");
        assert_eq!(chain(&error), "length limit exceeded");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_from_one_that_is_too_large() {
    let broken = Full::new(Bytes::from_static(b"0123456789")).map_err(|never| match never {});
    assert!(read_body::<_>(broken, 10).await.is_ok());

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let url = format!("http://{}/", listener.local_addr().expect("it listens"));
    tokio::spawn(async move {
        let (mut wire, _) = listener.accept().await.expect("it connects");
        let _ = wire.read(&mut [0; 1024]).await.expect("it sends a request");
        wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n0123").await.expect("it reads");
    });

    let error = fetch(&url, LIMITS).await.expect_err("it breaks off");
    assert!(matches!(&error, Error::Body(error) if !is_too_large(error)), "{error:?}");
}

#[tokio::test]
async fn bodies_of_other_statuses_are_left_unread_if_only_those_of_200_are_wanted() {
    let limits = FetchLimits { read: ReadBody::IfOk, time: Some(Duration::from_secs(60)), ..LIMITS };
    let address = server("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 1000000\r\n\r\n").await;

    let response = fetch(&format!("http://{address}/"), limits).await.expect("its head is there");

    assert_eq!((response.status(), response.body().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let address = server("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;

    let response = fetch(&format!("http://{address}/"), LIMITS).await.expect("it answers");

    assert_eq!(response.status(), StatusCode::FOUND);
}

#[tokio::test]
async fn time_runs_to_the_last_byte_of_the_body() {
    let limits = FetchLimits { time: Some(Duration::from_millis(100)), ..LIMITS };
    for text in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n0123"] {
        let address = server(text).await;

        let error = fetch(&format!("http://{address}/"), limits).await.expect_err("it never ends");

        assert!(matches!(error, Error::TimedOut(_)), "{error:?}");
        assert_eq!(chain(&error), "deadline has elapsed");
    }
}

#[tokio::test]
async fn an_untrusted_certificate_is_named_as_the_cause() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).expect("a key");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("it was just made");
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for both versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("the key is the certificate's");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it listens").port();
    tokio::spawn(async move {
        while let Ok((wire, _)) = listener.accept().await {
            let _refused = acceptor.accept(wire).await;
        }
    });

    let error = fetch(&format!("https://localhost:{port}/"), LIMITS).await.expect_err("nobody vouches for it");

    assert!(matches!(error, Error::Send(_)), "{error:?}");
    assert_eq!(chain(&error), "client error (Connect): invalid peer certificate: UnknownIssuer");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_as_the_cause() {
    // Bound, so that no other test takes the port, and never listening.
    let socket = TcpSocket::new_v4().expect("there is room");
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port is free");
    let address = socket.local_addr().expect("it is bound");

    let error = fetch(&format!("http://{address}/"), LIMITS).await.expect_err("nobody listens");

    let text = chain(&error);
    assert!(text.starts_with("client error (Connect): tcp connect error") && text.contains("refused"), "{text}");
}

#[tokio::test]
async fn idle_connections_are_kept_or_closed() {
    for (idle, connections) in [(Idle::Keep, 1), (Idle::Close, 2)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}/", listener.local_addr().expect("it listens"));
        let served = tokio::spawn(async move {
            let mut count = 0;
            let mut left = 2;
            while left > 0 {
                let (mut wire, _) = listener.accept().await.expect("it connects");
                count += 1;
                let mut received = [0; 1_024];
                while left > 0 && wire.read(&mut received).await.is_ok_and(|bytes| bytes > 0) {
                    wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.expect("it reads");
                    left -= 1;
                }
            }
            count
        });
        let client = client(idle);

        for _ in 0..2 {
            let request = Request::get(&url).body(Bytes::new()).expect("it is a URL");
            client.fetch(request, LIMITS).await.expect("it answers");
            // The connection returns to the pool after its response was read.
            tokio::task::yield_now().await;
        }

        assert_eq!(served.await.expect("it ends"), connections, "{idle:?}");
    }
}

/// A client of a proxy that answers this, and the heads of the requests that the proxy has received.
async fn client_by_proxy(answer: &'static str) -> (HttpClient, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let proxy = format!("http://user:secret@{}", listener.local_addr().expect("it listens"));
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut wire, _)) = listener.accept().await {
            let mut received = vec![0; 1_024];
            let length = wire.read(&mut received).await.expect("it is connected");
            tell.send(String::from_utf8_lossy(&received[..length]).into_owned()).expect("the test is there");
            wire.write_all(answer.as_bytes()).await.expect("it reads");
        }
    });
    let proxies = Proxies::through(Proxy::parse(&proxy).expect("it is a URL"), "fetch.proxy", Exceptions::default());
    let (tls, proxies) = (tls::trusting_nobody(), Arc::new(proxies));
    (HttpClient::new(Connections { tls, connect_time: None, idle: Idle::Close, proxies }), told)
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_whole_url_of_a_request_without_tls() {
    let (client, mut told) = client_by_proxy("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nkeys").await;
    let request = Request::get("http://idp.invalid/keys").body(Bytes::new()).expect("it is a URL");

    let response = client.fetch(request, LIMITS).await.expect("the proxy answers");

    assert_eq!(&response.body()[..], b"keys");
    let head = told.recv().await.expect("it was asked");
    assert!(head.starts_with("GET http://idp.invalid/keys HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("proxy-authorization: Basic dXNlcjpzZWNyZXQ=\r\n"), "{head}");
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_if_the_request_uses_tls() {
    let (client, mut told) = client_by_proxy("HTTP/1.1 403 Forbidden\r\n\r\n").await;
    let request = Request::get("https://idp.invalid/keys").body(Bytes::new()).expect("it is a URL");

    let error = client.fetch(request, LIMITS).await.expect_err("the proxy refuses");

    let head = told.recv().await.expect("it was asked");
    assert!(head.starts_with("CONNECT idp.invalid:443 HTTP/1.1\r\nhost: idp.invalid:443\r\n"), "{head}");
    assert!(head.contains("proxy-authorization: Basic ") && !head.contains("keys"), "{head}");
    let text = chain(&error);
    assert!(text.contains("answers CONNECT idp.invalid:443 with status 403") && !text.contains("secret"), "{text}");
}
