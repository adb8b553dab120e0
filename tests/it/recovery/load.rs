//! Callers who ask a host without end, and what became of their requests.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use insight_tests::wait_for;

/// The concurrent callers.
const CALLERS: usize = 4;

/// The pause between two requests of a caller.
const PAUSE: Duration = Duration::from_millis(5);

/// The answers that show that a host serves.
const SEVERAL: u64 = 50;

/// The time for which a caller waits.
const WAIT: Duration = Duration::from_secs(10);

/// Callers who ask without end.
pub(super) struct Load {
    tally: Arc<Tally>,
    callers: Vec<JoinHandle<()>>,
}

struct Tally {
    address: Mutex<SocketAddr>,
    ends: AtomicBool,
    answered: AtomicU64,
    other_statuses: AtomicU64,
    lost: AtomicU64,
    gap: Mutex<Gap>,
}

/// The time without an answer.
struct Gap {
    last: Instant,
    longest: Duration,
}

impl Load {
    /// Starts callers who send `request` to `address`, each on a new connection.
    pub(super) fn start(address: SocketAddr, request: &str) -> Self {
        let tally = Arc::new(Tally {
            address: Mutex::new(address),
            ends: AtomicBool::new(false),
            answered: AtomicU64::new(0),
            other_statuses: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            gap: Mutex::new(Gap { last: Instant::now(), longest: Duration::ZERO }),
        });
        let caller = |_| {
            let (tally, request) = (Arc::clone(&tally), request.to_owned());
            thread::spawn(move || tally.ask(&request))
        };
        let callers = (0..CALLERS).map(caller).collect();
        Self { tally, callers }
    }

    /// Directs the callers to another address.
    pub(super) fn point_at(&self, address: SocketAddr) {
        *self.tally.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// Waits until several further requests are answered.
    pub(super) fn wait_for_answers(&self) {
        let before = self.tally.answered.load(Ordering::Relaxed);
        let answered = || self.tally.answered.load(Ordering::Relaxed);
        wait_for("answers", || (answered() >= before + SEVERAL).then_some(()));
    }

    /// Ends the callers, none of whom may have noticed anything, and prints a row of the table of figures.
    pub(super) fn end_unnoticed(self, fault: &str, told: &str) {
        assert_eq!(self.end(fault, told), 0, "requests without an answer, or with another status");
    }

    /// Ends the callers, and prints a row of the table of figures. Returns the number of requests that were not answered
    /// with 200.
    pub(super) fn end(self, fault: &str, told: &str) -> u64 {
        self.tally.ends.store(true, Ordering::Relaxed);
        self.callers.into_iter().for_each(|caller| caller.join().expect("no caller panics"));
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let Tally { answered, other_statuses, lost, gap, .. } = &*self.tally;
        let longest = gap.lock().unwrap_or_else(PoisonError::into_inner).longest.as_secs_f64();
        let [answered, others, lost] = [answered, other_statuses, lost].map(count);
        eprintln!("\n| {fault} | {answered} | {others} | {lost} | {longest:.2} s | {told} |");
        others + lost
    }
}

impl Tally {
    fn ask(&self, request: &str) {
        while !self.ends.load(Ordering::Relaxed) {
            let address = *self.address.lock().unwrap_or_else(PoisonError::into_inner);
            match send(address, request) {
                Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => self.count_answer(),
                Ok(answer) if answer.starts_with("HTTP/1.1 ") => {
                    _ = self.other_statuses.fetch_add(1, Ordering::Relaxed)
                }
                Ok(_) | Err(_) => _ = self.lost.fetch_add(1, Ordering::Relaxed),
            }
            sleep(PAUSE);
        }
    }

    fn count_answer(&self) {
        let mut gap = self.gap.lock().unwrap_or_else(PoisonError::into_inner);
        gap.longest = gap.longest.max(gap.last.elapsed());
        gap.last = Instant::now();
        self.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends a request on a new connection, and returns the answer.
pub(super) fn send(address: SocketAddr, request: &str) -> io::Result<String> {
    let mut wire = TcpStream::connect_timeout(&address, WAIT)?;
    wire.set_read_timeout(Some(WAIT))?;
    wire.write_all(request.as_bytes())?;
    let mut answer = String::new();
    wire.read_to_string(&mut answer)?;
    Ok(answer)
}
