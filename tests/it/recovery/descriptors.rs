//! A host without a free file descriptor.

use std::fs;
use std::net::TcpStream;
use std::process::Command;

use super::{Load, OK, told};
use crate::host;
use crate::reload::{version, wait_for_version};

/// The descriptors that the host may still open.
const LEFT: usize = 8;

/// The connections that take them.
const CONNECTIONS: usize = 64;

/// Sets the limit of open files of a process.
fn limit(process: &str, files: &str) {
    let ran = Command::new("prlimit").args(["--pid", process, &format!("--nofile={files}")]).status();
    assert!(ran.expect("util-linux is installed").success(), "{files}");
}

#[test]
#[ignore = "it takes a while: `.ci/slow recovery` runs it"]
fn a_host_that_lacks_descriptors_loads_plugins_and_answers_once_it_has_some() {
    let host = host().guest("rogue").component("well", &version(1)).start();
    let process = host.pid().as_raw_nonzero().to_string();
    let load = Load::start(host.address(), OK);
    load.wait_for_answers();

    let open = host.descriptors();
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).expect("it is our child");
    let hard =
        limits.lines().find(|line| line.starts_with("Max open files")).and_then(|line| line.split_whitespace().nth(4));
    let hard = hard.expect("there is a limit").to_owned();
    limit(&process, &format!("{}:{hard}", open + LEFT));
    let connections: Vec<_> = (0..CONNECTIONS).filter_map(|_| TcpStream::connect(host.address()).ok()).collect();
    let line = told(&host, "too few file descriptors");
    // A version that is in no cache, so that it needs a compile child.
    let next = 1_000 + usize::try_from(std::process::id()).expect("it is small") % 9_000;
    host.install("well", &version(next));
    let _ = host.logged("compiling a component that is not in the cache");
    limit(&process, &format!("{hard}:{hard}"));
    drop(connections);

    wait_for_version(&host, "well", next);
    load.wait_for_answers();
    load.end("descriptors exhausted, then freed", &line);
}
