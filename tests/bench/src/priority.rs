//! The priority of all that is measured.
//!
//! A server, the backend and the load generator share the cores with what else the machine runs. All three get the same
//! priority above it, so that the benchmark waits for others as seldom as it would on a machine that does nothing else. No
//! server gains by it beside another one, nor the load generator beside a server.

use rustix::process::{getpriority_process, setpriority_process};

/// The niceness, which leaves other processes a tenth of a core that they share with one thread of ours.
const NICENESS: i32 = -10;

/// Raises the priority of this thread, and so of the threads and processes that it starts, if the system permits it. Returns
/// the niceness from then on.
pub(crate) fn raise() -> i32 {
    let usual = getpriority_process(None).unwrap_or_default();
    match setpriority_process(None, NICENESS.min(usual)) {
        Ok(()) => NICENESS.min(usual),
        Err(_) => usual,
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
    fn threads_get_the_priority_that_is_reported() {
        let found = thread::spawn(|| {
            let reported = raise();
            let inherited = thread::spawn(|| getpriority_process(None)).join().expect("it does not panic");
            (reported, inherited)
        });

        let (reported, inherited) = found.join().expect("it does not panic");

        assert_eq!(inherited, Ok(reported));
    }

    #[test]
    fn a_report_says_whether_the_system_permitted_it() {
        assert_eq!(describe(0), "usual priority");
        assert_eq!(describe(-10), "priority raised (niceness −10)");
        assert_eq!(describe(5), "priority lowered (niceness 5)");
    }
}
