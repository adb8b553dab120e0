//! The load generator: one thread over non-blocking connections, as light as it can be, since it shares the cores.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::thread::set_current_timer_slack;

use crate::connection::Connection;
use crate::latencies::Latencies;
use crate::schedule::{Load, Schedule};

/// The time after the end of a measurement in which answers that are still due must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Request that is sent.
pub(crate) struct Question {
    /// The server's address.
    pub(crate) address: SocketAddr,
    /// Path and query.
    pub(crate) target: String,
    /// The answer's body.
    pub(crate) expected: Vec<u8>,
}

impl Question {
    fn request(&self) -> String {
        format!("GET {} HTTP/1.1\r\nhost: {}\r\n\r\n", self.target, self.address)
    }
}

/// Result of a load.
pub(crate) struct Answered {
    /// Answers per second that came within the time.
    pub(crate) per_second: f64,
    /// Latencies of all requests that were due within the time.
    pub(crate) latencies: Latencies,
}

/// Puts a load on a server, and compares each answer with the expected one. Several questions are asked in turn.
///
/// # Errors
///
/// Fails if a connection cannot be opened or is closed, if an answer is not the expected one, or if one does not come.
pub(crate) fn put(questions: &[Question], load: Load, connections: usize, time: Duration) -> Result<Answered, String> {
    let address = questions.first().ok_or("nothing is asked")?.address;
    let generate = || {
        let mut generator = Generator::open(address, connections).map_err(|error| error.to_string())?;
        generator.run(questions, load, time)
    };
    // Servers that are started later would inherit the timer slack of this thread.
    thread::scope(|scope| scope.spawn(generate).join().expect("a load does not panic"))
}

/// The connections of a load.
struct Generator {
    poll: OwnedFd,
    connections: Vec<Connection>,
    /// Connections without a request.
    idle: Vec<usize>,
    /// Due time of each connection's request.
    due: Vec<Instant>,
    /// Question of each connection's request, by its place.
    asked: Vec<usize>,
}

impl Generator {
    fn open(address: SocketAddr, connections: usize) -> io::Result<Self> {
        // Timers of the kernel may otherwise be 50 µs late, which would be added to latencies.
        set_current_timer_slack(NonZeroU64::new(1))?;
        let poll = epoll::create(CreateFlags::CLOEXEC)?;
        let opened = (0..connections).map(|_| Connection::open(address)).collect::<io::Result<Vec<_>>>()?;
        for (index, connection) in opened.iter().enumerate() {
            epoll::add(&poll, connection, EventData::new_u64(index as u64), EventFlags::IN)?;
        }
        let due = vec![Instant::now(); connections];
        let idle = (0..connections).collect();
        Ok(Self { poll, connections: opened, idle, due, asked: vec![0; connections] })
    }

    fn run(&mut self, questions: &[Question], load: Load, time: Duration) -> Result<Answered, String> {
        let requests: Vec<String> = questions.iter().map(Question::request).collect();
        let mut turn = (0..questions.len()).cycle();
        let (begin, mut latencies, mut in_time) = (Instant::now(), Latencies::new(load, time), 0_u64);
        let mut schedule = Schedule::new(load, begin, time);
        loop {
            let now = Instant::now();
            while let Some(index) = self.idle.last().copied()
                && let Some(due) = schedule.take(now)
            {
                self.idle.pop();
                self.due[index] = due;
                self.asked[index] = turn.next().unwrap_or_default();
                let request = requests[self.asked[index]].as_bytes();
                self.connections[index].send(request).map_err(|error| error.to_string())?;
            }
            let next = schedule.next(now);
            if next.is_none() && self.idle.len() == self.connections.len() {
                break;
            }
            if now > begin + time + PATIENCE {
                return Err(format!("{} answers do not come", self.connections.len() - self.idle.len()));
            }
            // A request that is due waits for a connection, and so for an answer.
            let wait =
                next.filter(|_| !self.idle.is_empty()).map_or(PATIENCE, |due| due.saturating_duration_since(now));
            for index in self.ready(wait).map_err(|error| error.to_string())? {
                if self.connections[index].receive(&questions[self.asked[index]].expected)? {
                    let now = Instant::now();
                    latencies.record(self.due[index] - begin, now - self.due[index]);
                    in_time += u64::from(!schedule.is_over(now));
                    self.idle.push(index);
                }
            }
        }
        Ok(Answered { per_second: in_time as f64 / time.as_secs_f64(), latencies })
    }

    /// Waits for responses. Returns the connections that have some.
    fn ready(&self, wait: Duration) -> io::Result<Vec<usize>> {
        let mut events: Vec<Event> = Vec::with_capacity(self.connections.len());
        let wait = Timespec { tv_sec: wait.as_secs().cast_signed(), tv_nsec: i64::from(wait.subsec_nanos()) };
        match epoll::wait(&self.poll, rustix::buffer::spare_capacity(&mut events), Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(events.iter().map(|event| event.data.u64() as usize).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::thread::current_timer_slack;
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn servers_do_not_inherit_the_timer_slack_of_the_load_generator() {
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let question = Question { address, target: String::new(), expected: Vec::new() };
        let before = current_timer_slack().expect("the kernel knows it");

        let nobody_listens = put(&[question], Load::Saturating, 1, Duration::from_secs(1));

        assert!(nobody_listens.is_err());
        assert_eq!(current_timer_slack(), Ok(before));
    }

    #[test]
    fn a_wait_ends_within_a_part_of_a_millisecond() {
        const WAIT: Duration = Duration::from_micros(200);
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = silent.local_addr().expect("it listens");
        let generator = Generator::open(address, 1).expect("it listens");

        let waited = |_| {
            let begun = Instant::now();
            assert_eq!(generator.ready(WAIT).expect("nothing fails"), [0_usize; 0]);
            begun.elapsed()
        };

        // Of several, as other processes may delay most of them.
        let shortest = (0..50).map(waited).min().expect("there are some");
        assert!((WAIT..WAIT * 4).contains(&shortest), "{shortest:?}");
    }
}
