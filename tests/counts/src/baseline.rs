//! Counts that were reviewed, as a text that people and programs read.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::Counts;

/// Functions with fewer instructions than one in so many of the host's are not written: nobody would review them.
const SMALL: u64 = 500;

const HEAD: &str = "\
# Instructions that the host executes for one request, by function, without those of functions that it calls. Written by
# the command in docs/performance.md, which also compares. Functions with less than 0.2 % are left out.
";

/// Counts by the name of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(pub BTreeMap<String, Counts>);

/// A text is no baseline.
#[derive(Debug, PartialEq, Eq)]
pub struct BaselineError {
    /// The line that is not understood.
    pub line: String,
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for (request, counts) in &self.0 {
            let Counts { host, guest, functions } = counts;
            writeln!(f, "\n[{request}]\n{host:>8} host\n{guest:>8} guest")?;
            let mut large: Vec<_> = functions.iter().filter(|(_, count)| **count * SMALL >= *host).collect();
            large.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            for (function, count) in large {
                writeln!(f, "{count:>8}   {function}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Baseline {
    type Err = BaselineError;

    fn from_str(text: &str) -> Result<Self, BaselineError> {
        let mut requests = BTreeMap::<String, Counts>::new();
        let mut request = None;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let fails = || BaselineError { line: line.to_owned() };
            if let Some(name) = line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
                request = Some(requests.entry(name.to_owned()).or_default());
                continue;
            }
            let counts = request.as_mut().ok_or_else(fails)?;
            let (count, name) = line.trim_start().split_once(' ').ok_or_else(fails)?;
            let count = count.parse().map_err(|_| fails())?;
            match (name, name.strip_prefix("  ")) {
                (_, Some(function)) => _ = counts.functions.insert(function.to_owned(), count),
                ("host", _) => counts.host = count,
                ("guest", _) => counts.guest = count,
                _ => return Err(fails()),
            }
        }
        Ok(Self(requests))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let functions = [("answer", 900_u64), ("<T as Trait>::call::{{closure}}", 100)];
        let functions = functions.map(|(name, count)| (name.to_owned(), count)).into();
        let counts = Counts { host: 1_000, guest: 300, functions };
        let baseline = Baseline(BTreeMap::from([("three insights".to_owned(), counts)]));

        assert_eq!(baseline.to_string().parse(), Ok(baseline));
    }

    #[test]
    fn small_functions_are_left_out() {
        let functions = BTreeMap::from([("answer".to_owned(), 999_u64), ("small".to_owned(), 1)]);
        let counts = Counts { host: 1_000, guest: 0, functions };
        let written = Baseline(BTreeMap::from([("three insights".to_owned(), counts)])).to_string();

        assert!(written.contains("answer") && !written.contains("small\n"), "{written}");
    }

    #[test]
    fn a_line_that_is_no_count_is_refused() {
        let error = "[three insights]\nmany host\n".parse::<Baseline>().expect_err("no baseline");

        assert_eq!(error.line, "many host");
    }
}
