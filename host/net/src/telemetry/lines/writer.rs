//! The thread that writes the lines of a queue.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing::warn;

use super::{Batch, LineQueue};
use crate::telemetry::folding::Folding;

/// The shortest time between two reports of lost lines.
const BETWEEN_REPORTS: Duration = Duration::from_secs(1);

/// The time that the end of the process waits for the rest of the lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The thread of a queue. Dropping it writes the lines that wait, for a bounded time.
#[must_use]
pub(in crate::telemetry) struct LinesWriter {
    queue: Arc<LineQueue>,
    /// Closed when the thread has ended.
    ended: Receiver<()>,
}

impl LinesWriter {
    /// Starts a thread that writes the lines of `queue` to `output`. It reports lost lines of `what` in the log, and
    /// the lines that were folded.
    pub(in crate::telemetry) fn start(
        queue: Arc<LineQueue>,
        what: &'static str,
        output: impl Write + Send + 'static,
        folding: Option<Arc<Folding>>,
    ) -> io::Result<Self> {
        let (until_the_end, ended) = sync_channel::<()>(0);
        let lines = Arc::clone(&queue);
        thread::Builder::new().name(what.into()).spawn(move || {
            write(&lines, what, output, folding.as_deref());
            drop(until_the_end);
        })?;
        Ok(Self { queue, ended })
    }
}

impl Drop for LinesWriter {
    fn drop(&mut self) {
        self.queue.close();
        let _ = self.ended.recv_timeout(LAST_LINES);
    }
}

/// Writes the lines until the queue is closed and empty.
fn write(queue: &LineQueue, what: &'static str, mut output: impl Write, folding: Option<&Folding>) {
    let mut batch = Batch::default();
    let mut report = LossReport { what, reported: [0, 0], at: None };
    let mut put = |batch: &Batch| {
        if batch.lines > 0 && output.write_all(&batch.bytes).and_then(|()| output.flush()).is_err() {
            queue.lose(batch.is_of_guests, batch.lines);
        }
    };
    while queue.take(BETWEEN_REPORTS, &mut batch) {
        put(&batch);
        // After a write: the output has begun to take lines again.
        report.tell(queue.lost());
        folding.into_iter().for_each(Folding::tell);
    }
    folding.into_iter().for_each(Folding::end);
    while queue.take(Duration::ZERO, &mut batch) {
        put(&batch);
    }
}

/// The report of lost lines.
struct LossReport {
    what: &'static str,
    /// The lost lines that have been reported.
    reported: [u64; 2],
    at: Option<Instant>,
}

impl LossReport {
    fn tell(&mut self, lost: [u64; 2]) {
        if lost == self.reported || self.at.is_some_and(|at| at.elapsed() < BETWEEN_REPORTS) {
            return;
        }
        let [of_host, of_guests] = [0, 1].map(|index| lost[index] - self.reported[index]);
        let log = self.what;
        warn!(log, of_host, of_guests, "log lines were lost: the output did not take them in time");
        (self.reported, self.at) = (lost, Some(Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::{Sender, channel};

    use super::*;
    use crate::telemetry::lines::{LineKind, QueueSize};

    /// The bytes that an output took.
    type Taken = Arc<Mutex<Vec<u8>>>;

    /// An output that takes nothing before it is told to.
    struct Blocked {
        may_go_on: Receiver<()>,
        written: Taken,
    }

    impl Write for Blocked {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // An error means that the test no longer blocks it.
            let _ = self.may_go_on.recv();
            self.written.lock().expect("nothing panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn start(size: usize) -> (Arc<LineQueue>, LinesWriter, Sender<()>, Taken) {
        let queue = Arc::new(LineQueue::new(QueueSize { host: size, others: size, guests: size }));
        let (go_on, may_go_on) = channel();
        let written = Taken::default();
        let output = Blocked { may_go_on, written: Arc::clone(&written) };
        let writer = LinesWriter::start(Arc::clone(&queue), "test", output, None).expect("a thread is to be had");
        (queue, writer, go_on, written)
    }

    #[test]
    fn a_blocked_output_delays_nobody_and_holds_a_bounded_number_of_bytes() {
        let (queue, writer, go_on, written) = start(10_000);

        (0..100_000).for_each(|_| queue.push(LineKind::Guest, b"a guest's line\n"));
        queue.push(LineKind::Warning, b"the host's warning\n");

        drop(go_on);
        drop(writer);
        let written = String::from_utf8(written.lock().expect("nothing panics").clone()).expect("it is text");
        assert!(written.contains("the host's warning\n"));
        let of_guests = written.lines().filter(|line| line.starts_with("a guest's")).count() as u64;
        assert_eq!(of_guests + queue.lost()[1], 100_000);
        assert!(of_guests < 2_000, "what the queue holds, and a batch that was being written");
    }

    #[test]
    fn the_end_waits_for_the_rest() {
        let (queue, writer, go_on, written) = start(10_000);
        drop(go_on);

        queue.push(LineKind::Other, b"last\n");
        drop(writer);

        assert_eq!(*written.lock().expect("nothing panics"), b"last\n");
    }
}
