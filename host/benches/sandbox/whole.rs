//! The whole path of a request: over a kept connection to a host in this process, and back.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use divan::Bencher;
use tempfile::TempDir;

use crate::sample::{COMPONENT, SampleQuestion};

/// The address of the host, which serves until the process ends.
fn host() -> SocketAddr {
    static HOST: OnceLock<(SocketAddr, TempDir)> = OnceLock::new();
    let start = || {
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port is free");
        let folder = TempDir::new().expect("there is room for a folder");
        let (plugins, settings) = (folder.path().join("plugins"), folder.path().join("settings.toml"));
        fs::create_dir(&plugins).expect("the folder is new");
        fs::copy(&*COMPONENT, plugins.join("contoso-hub.wasm")).expect("it was built");
        fs::write(&settings, "[state]\ndirectory = \"off\"\n").expect("the folder is new");
        let words = ["insight-host".into(), "serve".into(), "--listen".into(), address.to_string().into()].into_iter();
        let words = words.chain(["--admin-listen".into(), "off".into(), "--plugins".into(), plugins.into_os_string()]);
        let words: Vec<_> = words.chain(["--config".into(), settings.into_os_string()]).collect();
        thread::spawn(|| insight_host::cli::run(words));
        (address, folder)
    };
    HOST.get_or_init(start).0
}

/// A connection to the host, as soon as it listens.
fn connection() -> TcpStream {
    let address = host();
    loop {
        if let Ok(connection) = TcpStream::connect(address) {
            return connection;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A request and its answer, with the work of the kernel and of waking threads.
#[divan::bench(args = SampleQuestion::ALL)]
fn request(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let mut connection = connection();
    let target = format!("/api/record-summary?{}", question.query());
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: keep-alive\r\n\r\n");
    let mut bytes = vec![0; 16 << 10];
    bencher.bench_local(|| {
        connection.write_all(request.as_bytes()).expect("the host reads");
        let mut have = 0;
        while !is_whole(&bytes[..have]) {
            let read = connection.read(&mut bytes[have..]).expect("the host answers");
            assert!(read > 0, "the host keeps the connection");
            have += read;
        }
        assert!(bytes.starts_with(b"HTTP/1.1 200 "));
    });
}

/// Whether an answer is there with its whole body, which is a JSON object.
fn is_whole(answer: &[u8]) -> bool {
    let body = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|end| &answer[end + 4..]);
    body.is_some_and(|body| {
        body.ends_with(b",\"hasMoreResults\":false}") || body.ends_with(b",\"hasMoreResults\":true}")
    })
}
