//! The instructions of one request, by function.

use std::collections::BTreeMap;

/// The name by which callgrind refers to code that is in no file: what the engine has compiled.
const NO_FILE: &str = "???";

/// The instructions of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those of the guest: code that the engine has compiled of the plugin.
    pub guest: u64,
    /// Those of the host, its libraries included.
    pub host: u64,
    /// The host's by function, without those of functions that it calls.
    pub functions: BTreeMap<String, u64>,
}

/// A file is no profile of callgrind.
#[derive(Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The line that is not understood.
    pub line: String,
}

impl Counts {
    /// Reads a profile that callgrind wrote without compressing names and positions.
    ///
    /// # Errors
    ///
    /// Fails if a line is none of a profile.
    pub fn read(profile: &str) -> Result<Self, ProfileError> {
        let mut counts = Self::default();
        let (mut file, mut function) = ("", "");
        let mut lines = profile.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("ob=") {
                file = name;
            } else if let Some(name) = line.strip_prefix("fn=") {
                function = name;
            } else if line.starts_with("calls=") {
                // The next line has the instructions of the called function, which are listed there.
                lines.next();
            } else if line.starts_with(|first: char| first.is_ascii_digit()) {
                let cost = line.split_once(' ').and_then(|(_position, cost)| cost.parse().ok());
                counts.add(file, function, cost.ok_or_else(|| ProfileError { line: line.to_owned() })?);
            }
        }
        Ok(counts)
    }

    /// Returns the mean of several counts.
    ///
    /// # Panics
    ///
    /// Panics if there are none.
    #[must_use]
    pub fn mean(all: &[Self]) -> Self {
        let mut sum = Self::default();
        for counts in all {
            sum.guest += counts.guest;
            sum.host += counts.host;
            for (function, instructions) in &counts.functions {
                *sum.functions.entry(function.clone()).or_default() += instructions;
            }
        }
        let number = all.len() as u64;
        sum.functions.values_mut().chain([&mut sum.guest, &mut sum.host]).for_each(|count| *count /= number);
        sum
    }

    fn add(&mut self, file: &str, function: &str, instructions: u64) {
        if file == NO_FILE {
            self.guest += instructions;
            return;
        }
        self.host += instructions;
        *self.functions.entry(without_cycle(function).to_owned()).or_default() += instructions;
    }
}

/// Returns the name of a function without the number by which callgrind tells its recursions apart.
fn without_cycle(function: &str) -> &str {
    match function.rsplit_once('\'') {
        Some((name, number)) if number.parse::<u32>().is_ok() => name,
        _ => function,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "\
version: 1
positions: line
events: Ir
summary: 160

ob=/host
fl=answer.rs
fn=answer
7 10
8 20
cob=???
cfi=???
cfn=0x0000000006856dc0
calls=1 0
8 100

fn=answer'2
fi=other.rs
3 5

ob=/usr/lib/libc.so.6
fl=memcpy.S
fn=memcpy
1 25

ob=???
fl=???
fn=0x0000000006856dc0
0 100
";

    #[test]
    fn instructions_of_a_function_are_its_own_without_those_it_calls() {
        let counts = Counts::read(PROFILE).expect("a profile");

        assert_eq!(counts.functions, BTreeMap::from([("answer".to_owned(), 35), ("memcpy".to_owned(), 25)]));
        assert_eq!(counts.host, 60);
    }

    #[test]
    fn code_of_no_file_is_the_guests() {
        assert_eq!(Counts::read(PROFILE).expect("a profile").guest, 100);
    }

    #[test]
    fn the_mean_is_that_of_each_function() {
        let counts = Counts::read(PROFILE).expect("a profile");
        let mean = Counts::mean(&[counts.clone(), Counts::default()]);

        assert_eq!((mean.host, mean.guest, mean.functions["memcpy"]), (30, 50, 12));
    }

    #[test]
    fn a_compressed_profile_is_refused() {
        let error = Counts::read("fn=answer\n7 +10 x\n").expect_err("no profile");

        assert_eq!(error.line, "7 +10 x");
    }
}
