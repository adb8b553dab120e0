//! The priority of servers that are compared.
//!
//! A server, the backend and the load generator share the cores with what else the machine runs. All three get the same
//! priority above it, so that the benchmark waits for others as seldom as it would on a machine that does nothing else. No
//! server gains by it beside another one, nor the load generator beside a server.

use rustix::process::{getpriority_process, setpriority_process};

/// The niceness, which leaves other processes a tenth of a core that they share with one thread of ours.
const NICENESS: i32 = -10;

/// A raised priority of this thread, and so of the threads and processes that it starts meanwhile.
pub(crate) struct Raised {
    usual: i32,
}

impl Raised {
    /// Begins, as far as the system permits it.
    pub(crate) fn begin() -> Self {
        let usual = getpriority_process(None).unwrap_or_default();
        // Without the permission, the report says so.
        let _ = setpriority_process(None, NICENESS.min(usual));
        Self { usual }
    }

    /// Ends, and returns the niceness that it was.
    pub(crate) fn end(self) -> i32 {
        let raised = getpriority_process(None).unwrap_or(self.usual);
        // To lower a priority is always permitted.
        let _ = setpriority_process(None, self.usual);
        raised
    }
}

/// Describes a niceness for the report.
pub(crate) fn describe(niceness: i32) -> String {
    match niceness {
        0 => "usual priority".to_owned(),
        -20..0 => format!("priority raised (niceness −{})", niceness.unsigned_abs()),
        _ => format!("priority lowered (niceness {niceness})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn threads_get_the_priority_that_is_reported_until_it_ends() {
        let niceness = || thread::spawn(|| getpriority_process(None)).join().expect("it does not panic");
        let found = thread::spawn(move || {
            let before = niceness();
            let raised = Raised::begin();
            let inherited = niceness();
            (before, inherited, raised.end(), niceness())
        });

        let (before, inherited, reported, after) = found.join().expect("it does not panic");

        assert_eq!((inherited, after), (Ok(reported), before));
    }

    #[test]
    fn a_report_says_whether_the_system_permitted_it() {
        assert_eq!(describe(0), "usual priority");
        assert_eq!(describe(-10), "priority raised (niceness −10)");
        assert_eq!(describe(5), "priority lowered (niceness 5)");
    }
}
