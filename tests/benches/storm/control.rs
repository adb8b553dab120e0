//! Controls: the same load on the machine without the host, to tell how much of a delay the machine itself causes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// The argument that makes this program fill memory until it is killed.
pub(crate) const FILL_MEMORY: &str = "--fill-memory";

/// Bytes that are filled at once, as by the guest of the bulk instructions.
const BULK: usize = 60 << 20;

/// Connections that the idle server keeps; it closes others at once, as the host does beyond its limit per address.
const KEPT: usize = 512;

/// Programs of the lowest priority, one for each core, that fill memory. They end when this is dropped.
pub(crate) struct MemoryFillers(Vec<Child>);

impl MemoryFillers {
    pub(crate) fn begin() -> io::Result<Self> {
        let program = std::env::current_exe()?;
        let cores = thread::available_parallelism()?.get();
        let one =
            || Command::new("nice").args(["-n", "19"]).arg(&program).arg(FILL_MEMORY).stdin(Stdio::null()).spawn();
        (0..cores).map(|_| one()).collect::<io::Result<_>>().map(Self)
    }
}

impl Drop for MemoryFillers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Fills memory that the kernel has to provide anew each time.
pub(crate) fn fill_memory() -> ! {
    loop {
        std::hint::black_box(vec![1_u8; BULK]);
    }
}

/// A server that accepts connections and does nothing else.
pub(crate) struct IdleServer {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl IdleServer {
    pub(crate) fn begin() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (address, is_over) = (listener.local_addr()?, Arc::new(AtomicBool::new(false)));
        let end = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if end.load(Ordering::Relaxed) {
                    break;
                }
                if kept.len() < KEPT {
                    kept.push(stream);
                }
            }
        });
        Ok(Self { address, is_over, thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for IdleServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // The thread sees the flag when it has accepted one more.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
