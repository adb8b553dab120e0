//! A host that runs out of file descriptors.

use std::thread;

use insight_tests::{Backend, TestHost, wait_for};

use crate::{UNHURRIED, host};

/// The limit of open files. A host at rest has some 40 open.
const OPEN_FILES: u32 = 160;

/// The open descriptors from which on plugins get no more: an eighth is for operators, and another for callers.
const FOR_PLUGINS: usize = 115;

/// Callers whose calls have six requests each: more than the limit, with their own connections.
const CALLERS: usize = 30;

/// Starts a host with few descriptors, whose guest `rogue` may reach `backend`.
fn start(backend: &Backend) -> TestHost {
    let origin = backend.origin();
    let settings = format!(
        "{UNHURRIED}[plugins.rogue.config]\nbackend = \"{origin}\"\n[plugins.rogue.grants]\n\
         http = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n"
    );
    host().guest("rogue").guest("well").settings(&settings).log("debug").open_files(OPEN_FILES).start()
}

#[test]
fn a_host_without_descriptors_answers_operators_and_probes_and_recovers() {
    let backend = Backend::http();
    let host = start(&backend);
    let line = host.logged("limit of open files");
    assert!(line.contains("open_files=160") && line.contains("reserve=20"), "{line}");

    thread::scope(|scope| {
        let callers: Vec<_> =
            (0..CALLERS).map(|_| scope.spawn(|| host.ask("rogue", "fetch-all:6x/hang").status)).collect();
        wait_for("as many descriptors as plugins may open", || (host.descriptors() >= FOR_PLUGINS).then_some(()));

        assert_eq!(host.run(["health"]).code, Some(0));
        assert_eq!(host.run(["plugins", "list"]).code, Some(0));
        assert_eq!(host.get("/healthz").status, 200);
        assert_eq!(host.ask("well", "1").status, 200, "plugins' connections leave some to callers");
        for caller in callers {
            let _any = caller.join().expect("an answer came");
        }
    });

    let _told = host.logged("too few file descriptors");
    wait_for("recovery", || (host.ask("rogue", "fetch:/ok").status == 200).then_some(()));
    assert_eq!(host.ask("well", "1").status, 200);
}
