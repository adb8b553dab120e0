//! The comparison of counts with those that were reviewed.

use std::fmt;

use crate::Counts;

/// The change of the host's instructions that is permitted, in percent.
pub const PERMITTED: u64 = 3;

/// Functions that are named, of those that changed most.
const NAMED: usize = 12;

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The host executes as many instructions as before, or nearly.
    Alike,
    /// It executes more.
    Grown,
    /// It executes fewer, and the baseline lets it grow again.
    Shrunk,
}

/// The counts of a request beside those that were reviewed. Displayed, it names the functions that changed most.
#[derive(Debug)]
pub struct Change<'a> {
    before: &'a Counts,
    now: &'a Counts,
}

impl<'a> Change<'a> {
    /// Compares counts.
    #[must_use]
    pub fn between(before: &'a Counts, now: &'a Counts) -> Self {
        Self { before, now }
    }

    /// Returns whether the host's instructions have changed by more than is permitted. The guest's are shown and not
    /// judged, as they are the plugin's.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let (before, now) = (self.before.host, self.now.host);
        match (before.abs_diff(now) * 100 > before * PERMITTED, now > before) {
            (false, _) => Verdict::Alike,
            (true, true) => Verdict::Grown,
            (true, false) => Verdict::Shrunk,
        }
    }

    /// Returns the functions that changed most in the direction of the whole, and by how much. One that has no count in
    /// the baseline had hardly any instructions.
    #[must_use]
    pub fn functions(&self) -> Vec<(&'a str, i64)> {
        let (before, now) = (&self.before.functions, &self.now.functions);
        let change = |function: &String| {
            let count = |of: &Counts| of.functions.get(function).copied().unwrap_or(0).cast_signed();
            count(self.now) - count(self.before)
        };
        let gone = before.keys().filter(|function| !now.contains_key(*function));
        let is_growth = self.now.host >= self.before.host;
        let all = now.keys().chain(gone).map(|function| (function.as_str(), change(function)));
        let mut all: Vec<_> = all.filter(|(_, change)| (*change > 0) == is_growth && *change != 0).collect();
        all.sort_by_key(|(function, change)| (std::cmp::Reverse(change.abs()), *function));
        all.truncate(NAMED);
        all
    }
}

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, before, now) in
            [("host", self.before.host, self.now.host), ("guest", self.before.guest, self.now.guest)]
        {
            writeln!(f, "  {part:<5} {now:>8}, before {before:>8}: {:+.2} %", percent(before, now))?;
        }
        if self.verdict() != Verdict::Alike {
            for (function, change) in self.functions() {
                let before = self.before.functions.get(function);
                let before = before.map_or("few".to_owned(), u64::to_string);
                writeln!(f, "  {change:>+8} {function} (before {before})")?;
            }
        }
        Ok(())
    }
}

/// Returns the change of a count in percent.
fn percent(before: u64, now: u64) -> f64 {
    (now as f64 / before as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts<const N: usize>(functions: [(&str, u64); N]) -> Counts {
        let host = functions.iter().map(|(_, count)| count).sum();
        let functions = functions.map(|(name, count)| (name.to_owned(), count)).into();
        Counts { host, guest: 0, functions }
    }

    #[test]
    fn growth_of_more_than_three_percent_is_reported_with_its_function() {
        let before = counts([("parse", 40_000), ("call", 60_000)]);
        let now = counts([("parse", 43_500), ("call", 59_600)]);
        let change = Change::between(&before, &now);

        assert_eq!(change.verdict(), Verdict::Grown);
        assert_eq!(change.functions(), [("parse", 3_500)]);
        assert!(change.to_string().contains("+3500 parse (before 40000)"), "{change}");
    }

    #[test]
    fn growth_of_three_percent_is_permitted() {
        let (before, now) = (counts([("call", 100_000)]), counts([("call", 103_000)]));

        assert_eq!(Change::between(&before, &now).verdict(), Verdict::Alike);
    }

    #[test]
    fn a_baseline_that_is_no_longer_needed_is_reported() {
        let (before, now) = (counts([("parse", 10_000), ("call", 90_000)]), counts([("call", 90_000)]));
        let change = Change::between(&before, &now);

        assert_eq!(change.verdict(), Verdict::Shrunk);
        assert_eq!(change.functions(), [("parse", -10_000)]);
    }

    #[test]
    fn a_new_function_is_named() {
        let (before, now) = (counts([("call", 90_000)]), counts([("call", 90_000), ("log", 9_000)]));

        assert!(Change::between(&before, &now).to_string().contains("+9000 log (before few)"));
    }

    #[test]
    fn growth_of_the_guest_is_the_plugins() {
        let before = counts([("call", 90_000)]);
        let now = Counts { guest: 50_000, ..before.clone() };

        assert_eq!(Change::between(&before, &now).verdict(), Verdict::Alike);
    }
}
