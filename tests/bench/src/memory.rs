//! Memory of processes, read from `/proc/PID/smaps_rollup`.

use std::fs;

use crate::process::tree;

/// Memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// Memory that is resident.
    pub(crate) resident: u64,
    /// The same, with what several processes share divided among them.
    pub(crate) proportional: u64,
    /// The part of the resident memory that no file holds.
    pub(crate) anonymous: u64,
}

impl Memory {
    /// Returns the part of the resident memory that files hold, those in memory included.
    pub(crate) fn backed(&self) -> u64 {
        self.resident.saturating_sub(self.anonymous)
    }

    /// Parses the file.
    fn parse(rollup: &str) -> Self {
        let field = |name| {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kibibytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
            kibibytes.unwrap_or(0) * 1024
        };
        Self { resident: field("Rss"), proportional: field("Pss"), anonymous: field("Anonymous") }
    }
}

/// Returns the memory of a process and its children.
pub(crate) fn of_tree(root: u32) -> Memory {
    let files = tree(root).into_iter().filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok());
    files.map(|rollup| Memory::parse(&rollup)).fold(Memory::default(), |sum, one| Memory {
        resident: sum.resident + one.resident,
        proportional: sum.proportional + one.proportional,
        anonymous: sum.anonymous + one.anonymous,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process;

    #[test]
    fn anonymous_memory_is_told_from_what_files_hold() {
        let rollup =
            "00400000-7fff [rollup]\nRss:  100 kB\nPss: 80 kB\nPss_Anon: 1 kB\nAnonymous:  60 kB\nSwap: 9 kB\n";

        let memory = Memory::parse(rollup);

        assert_eq!(memory, Memory { resident: 102_400, proportional: 81_920, anonymous: 61_440 });
        assert_eq!(memory.backed(), 40_960);
    }

    #[test]
    fn a_process_has_memory_of_both_kinds() {
        let memory = of_tree(process::id());

        assert!(memory.anonymous > 0 && memory.backed() > 0 && memory.proportional > 0, "{memory:?}");
    }
}
