//! Ports for programs that cannot choose a free one by themselves.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// The first port that is given out. The range lies below the system's ephemeral ports, which concurrent tests take.
const FIRST: u16 = 20_000;

/// The number of ports.
const COUNT: u16 = 10_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// Returns a free address of this machine, which this process gives out once.
///
/// # Panics
///
/// Panics if all are taken.
#[must_use]
pub fn free_address() -> SocketAddr {
    let begin = u16::try_from(process::id() % u32::from(COUNT)).expect("it is below the count");
    let ports = (0..COUNT).map(|_| FIRST + (begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))) % COUNT);
    let mut addresses = ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    addresses.find(|address| TcpListener::bind(address).is_ok()).expect("one of ten thousand ports is free")
}
