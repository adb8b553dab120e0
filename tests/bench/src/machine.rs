//! The machine and the software of a run.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

/// Returns processor, cores, kernel and version of the host, in one line.
pub(crate) fn describe(host: &Path) -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version = Command::new(host).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version);
    let version = version.lines().next().unwrap_or("insight-host, not measured").to_owned();
    let cores = thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores; Linux {}; {version}", model(&processors), kernel.trim())
}

fn model(processors: &str) -> &str {
    let line = processors.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split_once(':')).map_or("unknown processor", |(_name, model)| model.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_of_the_first_processor_is_named() {
        assert_eq!(model("processor\t: 0\nmodel name\t: EPYC 9\n"), "EPYC 9");
        assert_eq!(model(""), "unknown processor");
    }
}
