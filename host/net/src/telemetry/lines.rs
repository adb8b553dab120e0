//! The queue of lines between those who log and a slow or blocked output.
//!
//! The queue is bounded in bytes, because a log that is not read must neither delay an answer nor fill the memory.
//! Lines of guests have a share of their own. The host's own lines are written first, and its warnings have room that
//! its other lines cannot fill. Lines without room are lost and counted.

mod writer;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(super) use self::writer::LinesWriter;

/// Bytes that a line takes in the queue, beyond its own.
const OVERHEAD: usize = 64;

/// The most bytes of one batch, which are written at once.
const BATCH: usize = 64 << 10;

/// The kind of a line, which decides about its room in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// A warning or an error of the host.
    Warning,
    /// Another line of the host.
    Other,
    /// A line that a guest has written.
    Guest,
}

/// The most bytes of the lines that wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct QueueSize {
    /// Of the host's own lines.
    pub(super) host: usize,
    /// Of the host's lines that are no warnings; they use a part of `host`.
    pub(super) others: usize,
    /// Of guests' lines.
    pub(super) guests: usize,
}

/// Lines that wait to be written.
pub(super) struct LineQueue {
    size: QueueSize,
    lanes: Mutex<Lanes>,
    /// Signalled when there is a line, or the queue is closed.
    has_lines: Condvar,
    lost_of_host: AtomicU64,
    lost_of_guests: AtomicU64,
}

#[derive(Default)]
struct Lanes {
    host: Lane,
    guests: Lane,
    is_closed: bool,
}

#[derive(Default)]
struct Lane {
    lines: VecDeque<Box<[u8]>>,
    bytes: usize,
}

impl Lane {
    fn pop(&mut self) -> Option<Box<[u8]>> {
        let line = self.lines.pop_front()?;
        self.bytes -= line.len() + OVERHEAD;
        Some(line)
    }
}

impl LineQueue {
    pub(super) fn new(size: QueueSize) -> Self {
        Self {
            size,
            lanes: Mutex::default(),
            has_lines: Condvar::new(),
            lost_of_host: AtomicU64::new(0),
            lost_of_guests: AtomicU64::new(0),
        }
    }

    /// Adds a line, with its line break, if there is room for it. Never waits for the output.
    pub(super) fn push(&self, kind: LineKind, line: &[u8]) {
        let most = match kind {
            LineKind::Warning => self.size.host,
            LineKind::Other => self.size.others,
            LineKind::Guest => self.size.guests,
        };
        let bytes = line.len() + OVERHEAD;
        let mut lanes = self.lanes();
        let lane = if kind == LineKind::Guest { &mut lanes.guests } else { &mut lanes.host };
        if lane.bytes + bytes > most {
            drop(lanes);
            self.lose(kind == LineKind::Guest, 1);
            return;
        }
        lane.bytes += bytes;
        lane.lines.push_back(line.into());
        drop(lanes);
        self.has_lines.notify_one();
    }

    /// Waits up to `time` for lines, and moves a batch of them to `batch`. Returns `false` if the queue is closed and
    /// empty.
    fn take(&self, time: Duration, batch: &mut Batch) -> bool {
        batch.clear();
        let lanes = self.lanes();
        let is_empty = |lanes: &mut Lanes| lanes.host.lines.is_empty() && lanes.guests.lines.is_empty();
        let waited = self.has_lines.wait_timeout_while(lanes, time, |lanes| is_empty(lanes) && !lanes.is_closed);
        let (mut lanes, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if is_empty(&mut lanes) {
            return !lanes.is_closed;
        }
        batch.is_of_guests = lanes.host.lines.is_empty();
        let lane = if batch.is_of_guests { &mut lanes.guests } else { &mut lanes.host };
        while batch.bytes.len() < BATCH
            && let Some(line) = lane.pop()
        {
            batch.bytes.extend_from_slice(&line);
            batch.lines += 1;
        }
        true
    }

    /// Counts lost lines.
    fn lose(&self, is_of_guests: bool, lines: u64) {
        let count = if is_of_guests { &self.lost_of_guests } else { &self.lost_of_host };
        count.fetch_add(lines, Ordering::Relaxed);
    }

    /// Returns how many lines of the host, and of guests, were lost so far.
    pub(super) fn lost(&self) -> [u64; 2] {
        [&self.lost_of_host, &self.lost_of_guests].map(|count| count.load(Ordering::Relaxed))
    }

    /// Takes no further lines. Those that wait are still written.
    fn close(&self) {
        self.lanes().is_closed = true;
        self.has_lines.notify_all();
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lines that are written at once.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    lines: u64,
    is_of_guests: bool,
}

impl Batch {
    fn clear(&mut self) {
        self.bytes.clear();
        // One long line must not take its memory for ever.
        self.bytes.shrink_to(2 * BATCH);
        self.lines = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Room for so many lines of one byte.
    const fn lines(count: usize) -> usize {
        count * (1 + OVERHEAD)
    }

    fn queue() -> LineQueue {
        LineQueue::new(QueueSize { host: lines(4), others: lines(2), guests: lines(3) })
    }

    fn push(queue: &LineQueue, kind: LineKind, lines: &str) {
        lines.as_bytes().chunks(1).for_each(|line| queue.push(kind, line));
    }

    /// Takes every batch that waits.
    fn written(queue: &LineQueue) -> Vec<String> {
        let mut batch = Batch::default();
        std::iter::from_fn(|| {
            let _ = queue.take(Duration::ZERO, &mut batch);
            (batch.lines > 0).then(|| String::from_utf8_lossy(&batch.bytes).into_owned())
        })
        .collect()
    }

    #[test]
    fn guests_cannot_fill_the_room_of_the_host() {
        let queue = queue();

        push(&queue, LineKind::Guest, "gggggggg");
        push(&queue, LineKind::Other, "h");
        push(&queue, LineKind::Warning, "w");

        assert_eq!(written(&queue), ["hw", "ggg"], "the host's lines come first");
        assert_eq!(queue.lost(), [0, 5]);
    }

    #[test]
    fn warnings_have_room_that_other_lines_cannot_fill() {
        let queue = queue();

        push(&queue, LineKind::Other, "hhhh");
        push(&queue, LineKind::Warning, "wwww");

        assert_eq!(written(&queue), ["hhww"]);
        assert_eq!(queue.lost(), [4, 0]);
    }

    #[test]
    fn what_has_been_written_makes_room() {
        let queue = queue();

        for _ in 0..10 {
            push(&queue, LineKind::Guest, "ggg");
            assert_eq!(written(&queue), ["ggg"]);
        }

        assert_eq!(queue.lost(), [0, 0]);
    }

    #[test]
    fn a_line_larger_than_the_queue_is_lost() {
        let queue = queue();

        queue.push(LineKind::Warning, &[b'w'; 10_000]);

        assert_eq!(queue.lost(), [1, 0]);
        assert!(written(&queue).is_empty());
    }

    #[test]
    fn a_batch_is_bounded() {
        let queue = LineQueue::new(QueueSize { host: 1 << 20, others: 1 << 20, guests: 0 });

        (0..100).for_each(|_| queue.push(LineKind::Other, &[b'h'; 4 << 10]));

        let batches = written(&queue);
        assert_eq!(batches.iter().map(String::len).sum::<usize>(), 400 << 10);
        assert!(batches.iter().all(|batch| batch.len() <= BATCH + (4 << 10)));
    }
}
