//! The counted host, and the client that asks it, in one process.
//!
//! The host answers on a single thread. The client waits until that thread sleeps again, and its own instructions do
//! not count. Each request is counted by itself, so that one that a timer of the host falls into does not matter.

use std::ffi::CString;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::requests::{ALL, CountedRequest, INSIGHTS};
use super::{machine, valgrind};

/// Requests of each kind before the counting: the plugin is known to be brief, and pools and caches are filled.
const WARM_UP: usize = 64;

/// Requests of each kind before those that count, at the emulator's slowest.
const WARM_UP_COUNTING: usize = 8;

/// Requests of each kind that are counted, each by itself.
const COUNTED: usize = 40;

/// The time from one request to the next by the host's clock.
const BETWEEN: Duration = Duration::from_millis(20);

/// The real time in which the host's thread goes to sleep after an answer.
const ASLEEP: Duration = Duration::from_millis(5);

/// Turns of a loop in each reading of the clock, for requests that the comparison must find to have grown.
const BURDEN: u32 = 1_000;

/// The name of the counts under that burden.
pub(crate) const BURDENED: &str = "three insights with a slow clock";

/// Serves the folder, counts, and ends the process.
pub(crate) fn run(folder: &Path) -> ! {
    let address = free_address();
    let own = |name: &str| folder.join(name).into_os_string();
    let words = [
        "insight-host".into(),
        "serve".into(),
        "--listen".into(),
        address.to_string().into(),
        "--admin-listen".into(),
        "off".into(),
        "--plugins".into(),
        own("plugins"),
        "--config".into(),
        own("settings.toml"),
    ];
    std::thread::spawn(|| insight_host::cli::run(words));

    let mut client = Client(connect(address));
    client.ask(INSIGHTS, 1);
    machine::stop_clock();
    ALL.into_iter().for_each(|request| client.ask(request, WARM_UP));
    valgrind::count_others();
    for request in ALL {
        client.ask(request, WARM_UP_COUNTING);
        client.count(request, request.name);
    }
    machine::burden(BURDEN);
    client.count(INSIGHTS, BURDENED);
    std::process::exit(0)
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it listens")
}

/// Connects as soon as the host listens, which it does once it has loaded its plugins.
fn connect(address: SocketAddr) -> TcpStream {
    loop {
        if let Ok(stream) = TcpStream::connect(address) {
            return stream;
        }
        machine::pause(ASLEEP);
    }
}

/// A kept connection.
struct Client(TcpStream);

impl Client {
    /// Sends a request, and counts it by itself, several times.
    fn count(&mut self, request: CountedRequest, name: &str) {
        for number in 0..COUNTED {
            valgrind::zero();
            self.ask(request, 1);
            valgrind::dump(&CString::new(format!("{number} {name}")).expect("names have no zero"));
        }
    }

    /// Sends a request several times, and checks the answers.
    fn ask(&mut self, request: CountedRequest, times: usize) {
        for _ in 0..times {
            self.0.write_all(&request.bytes()).expect("the host reads");
            let answer = self.answer();
            let begins_so = answer.starts_with(&format!("HTTP/1.1 {} ", request.status));
            assert!(begins_so && answer.contains(request.part), "{request:?} was answered: {answer}");
            machine::pause(ASLEEP);
            machine::advance(BETWEEN);
        }
    }

    /// Reads one answer.
    fn answer(&mut self) -> String {
        let mut answer = String::new();
        let mut bytes = [0; 4 << 10];
        loop {
            let read = self.0.read(&mut bytes).expect("the host answers");
            assert!(read > 0, "the host closed the connection after: {answer}");
            answer.push_str(str::from_utf8(&bytes[..read]).expect("answers are in ASCII"));
            let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if length.and_then(|length| length.parse().ok()) == Some(body.len()) {
                return answer;
            }
        }
    }
}
