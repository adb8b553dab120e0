//! Connections that send nothing, or the beginning of a request that never ends.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};

/// The bytes of a header that each third connection begins and does not end.
const HEAD: usize = 60_000;

/// A thread that keeps connections open, and opens others in place of those that the host closes.
pub(crate) struct Strangers {
    is_over: Arc<AtomicBool>,
    opened: Arc<AtomicU64>,
    thread: thread::JoinHandle<()>,
}

impl Strangers {
    /// Keeps `connections` from the address `from` open until [`Strangers::end`].
    pub(crate) fn begin(to: SocketAddr, from: Ipv4Addr, connections: usize) -> Self {
        let (is_over, opened) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (end, count) = (Arc::clone(&is_over), Arc::clone(&opened));
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("the machine has a thread to spare").block_on(async {
                let mut kept: Vec<TcpStream> = Vec::new();
                while !end.load(Ordering::Relaxed) {
                    kept.retain(is_open);
                    for number in kept.len()..connections.min(kept.len() + 500) {
                        if let Some(stream) = connect(to, from, number % 3 == 0).await {
                            count.fetch_add(1, Ordering::Relaxed);
                            kept.push(stream);
                        }
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        });
        Self { is_over, opened, thread }
    }

    /// Returns the connections that were opened.
    pub(crate) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Closes the connections.
    pub(crate) fn end(self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("it does not panic");
    }
}

async fn connect(to: SocketAddr, from: Ipv4Addr, begins: bool) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind(SocketAddr::new(IpAddr::V4(from), 0)).ok()?;
    let connected = tokio::time::timeout(Duration::from_millis(200), socket.connect(to)).await;
    let stream = connected.ok()?.ok()?;
    if begins {
        let _sent = stream.try_write(&begun_head());
    }
    Some(stream)
}

fn begun_head() -> Vec<u8> {
    let mut head = b"GET /api/record-summary HTTP/1.1\r\nhost: localhost\r\nx-padding: ".to_vec();
    head.write_all(&vec![b'a'; HEAD]).expect("a vector takes everything");
    head
}

/// Returns whether the host has not closed the connection.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0];
    matches!(stream.try_read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}
