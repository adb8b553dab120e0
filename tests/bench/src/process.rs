//! Resources that processes use, read from `/proc`.

use std::fs;
use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};

/// Work of processes up to an instant, and the memory that they hold then.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// Processor time, of the kernel for them included, in steps of a clock tick.
    pub(crate) cpu: Duration,
    /// Processor time of the threads that there are, exactly.
    exact: Duration,
    /// Page faults, minor and major.
    pub(crate) faults: u64,
    /// Context switches, voluntary and not.
    pub(crate) switches: u64,
    /// Resident memory, in bytes.
    pub(crate) resident: u64,
}

impl Usage {
    /// Returns the work since an earlier instant, with the memory of this one.
    ///
    /// Ticks are too coarse for a low rate, and threads that have ended are in no exact time. So the exact time counts if
    /// the ticks confirm it.
    pub(crate) fn since(self, earlier: Self) -> Self {
        let (coarse, exact) = (self.cpu.saturating_sub(earlier.cpu), self.exact.saturating_sub(earlier.exact));
        Self {
            cpu: if coarse.abs_diff(exact) <= ticks(4) { exact } else { coarse },
            exact,
            faults: self.faults.saturating_sub(earlier.faults),
            switches: self.switches.saturating_sub(earlier.switches),
            resident: self.resident,
        }
    }

    fn add(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.exact += other.exact;
        self.faults += other.faults;
        self.switches += other.switches;
        self.resident += other.resident;
    }
}

/// Returns what a process uses without its children.
pub(crate) fn of_one(pid: u32) -> Usage {
    let Some(stat) = read(&format!("/proc/{pid}/stat")).as_deref().and_then(Stat::parse) else {
        return Usage::default();
    };
    Usage {
        cpu: ticks(stat.own_ticks),
        exact: exact(pid),
        faults: stat.own_faults,
        switches: switches(pid),
        resident: stat.resident_pages * page_size() as u64,
    }
}

/// Returns what a process and its children use, those included that have ended and were waited for.
pub(crate) fn of_tree(root: u32) -> Usage {
    let mut usage = Usage::default();
    for pid in tree(root) {
        usage.add(of_one(pid));
        if let Some(stat) = read(&format!("/proc/{pid}/stat")).as_deref().and_then(Stat::parse) {
            usage.cpu += ticks(stat.ended_ticks);
            usage.faults += stat.ended_faults;
        }
    }
    usage
}

/// Returns the processor time that the machine has spent on programs, and that other machines have taken from it. Interrupts
/// are left out, as our own traffic causes them.
pub(crate) fn of_machine() -> Duration {
    read("/proc/stat").as_deref().map_or(Duration::ZERO, |stat| ticks(machine_ticks(stat)))
}

fn machine_ticks(stat: &str) -> u64 {
    let numbers =
        stat.lines().next().unwrap_or_default().split_whitespace().skip(1).map(|word| word.parse().unwrap_or(0));
    let numbers: Vec<u64> = numbers.collect();
    // user, nice, system; stolen.
    [0, 1, 2, 7].into_iter().filter_map(|index| numbers.get(index)).sum()
}

fn ticks(count: u64) -> Duration {
    Duration::from_secs_f64(count as f64 / clock_ticks_per_second() as f64)
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Returns a process with all that descend from it.
pub(crate) fn tree(root: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u32)> =
        pids.filter_map(|pid| Some((pid, Stat::parse(&read(&format!("/proc/{pid}/stat"))?)?.parent))).collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found
}

fn switches(pid: u32) -> u64 {
    of_threads(pid, "status").map(|status| switches_in(&status)).sum()
}

fn exact(pid: u32) -> Duration {
    let nanos = of_threads(pid, "schedstat").filter_map(|text| text.split(' ').next()?.parse::<u64>().ok());
    Duration::from_nanos(nanos.sum())
}

/// Reads a file of each thread of a process.
fn of_threads(pid: u32, file: &'static str) -> impl Iterator<Item = String> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.filter_map(move |thread| fs::read_to_string(thread.path().join(file)).ok())
}

fn switches_in(status: &str) -> u64 {
    let counts = status.lines().filter(|line| line.contains("ctxt_switches:"));
    counts.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum()
}

/// The fields of `/proc/PID/stat` that count here.
#[derive(Debug, PartialEq)]
struct Stat {
    parent: u32,
    own_faults: u64,
    ended_faults: u64,
    own_ticks: u64,
    ended_ticks: u64,
    resident_pages: u64,
}

impl Stat {
    /// Parses the line. The name, which may contain anything, ends with the last parenthesis.
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
        // The third field of proc_pid_stat(5) is the first here.
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            parent: u32::try_from(number(4)?).ok()?,
            own_faults: number(10)? + number(12)?,
            ended_faults: number(11)? + number(13)?,
            own_ticks: number(14)? + number(15)?,
            ended_ticks: number(16)? + number(17)?,
            resident_pages: number(24)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process;

    #[test]
    fn the_fields_of_a_process_are_found_whatever_its_name() {
        let line = "7 (a ) b) S 3 7 7 0 -1 4194304 10 20 1 2 100 50 7 5 20 0 1 0 1234 999 42 18446744073709551615";

        let stat = Stat::parse(line);

        let expected =
            Stat { parent: 3, own_faults: 11, ended_faults: 22, own_ticks: 150, ended_ticks: 12, resident_pages: 42 };
        assert_eq!(stat, Some(expected));
    }

    #[test]
    fn a_process_uses_memory_and_is_its_own_tree() {
        let usage = of_tree(process::id());

        assert!(usage.resident > 0 && usage.faults > 0 && usage.switches > 0, "{usage:?}");
    }

    #[test]
    fn the_exact_time_counts_unless_threads_have_ended_meanwhile() {
        let used = |coarse, exact| {
            let usage = Usage { cpu: ticks(coarse), exact: Duration::from_micros(exact), ..Usage::default() };
            usage.since(Usage::default()).cpu
        };

        assert_eq!(used(3, 31_234), Duration::from_micros(31_234));
        assert_eq!(used(100, 31_234), ticks(100));
    }

    #[test]
    fn idle_time_and_interrupts_are_not_work_of_programs() {
        assert_eq!(machine_ticks("cpu  1 2 4 1000 1000 1000 1000 8 0 0\ncpu0 9 9 9"), 15);
        assert_eq!(switches_in("Name:\tx\nvoluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\n"), 7);
    }
}
