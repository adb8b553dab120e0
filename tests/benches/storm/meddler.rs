//! Rows 16 and 19 of the catalogue: changes to plugins' files while they serve.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// A thread that rewrites plugins' files: a healthy one with its own bytes, in place, so that it may be read
/// half written; and one that is not a component.
pub(crate) struct Meddler {
    is_over: Arc<AtomicBool>,
    thread: thread::JoinHandle<u32>,
}

impl Meddler {
    /// The pause between two writes, long enough for the host to load each.
    const PAUSE: Duration = Duration::from_secs(5);

    pub(crate) fn begin(host: &Path) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (folder, end) = (host.join("plugins"), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            let (well, broken) = (folder.join("well.wasm"), folder.join("broken.wasm"));
            let component = fs::read(&well).expect("it is served");
            let mut writes = 0;
            while !end.load(Ordering::Relaxed) {
                let half = &component[..component.len() / 2];
                let written = if writes % 2 == 0 { fs::write(&well, &component) } else { fs::write(&broken, half) };
                written.expect("the folder can be written");
                writes += 1;
                thread::park_timeout(Self::PAUSE);
            }
            writes
        });
        Self { is_over, thread }
    }

    /// Ends the thread, and returns the number of its writes.
    pub(crate) fn end(self) -> u32 {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().expect("the folder can be written")
    }
}
