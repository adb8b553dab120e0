//! A host that is killed, and started again as by a service manager.

use std::thread::sleep;
use std::time::Duration;

use super::{GRANTED, Load, OK, folder, order, said};
use crate::host;

/// The times that the host is killed.
const KILLS: usize = 20;

/// The time after which key-value entries are on the disk: they are flushed every second.
const FLUSHED: Duration = Duration::from_millis(2_500);

#[test]
#[ignore = "it takes minutes: `.ci/slow recovery` runs it"]
fn a_host_that_is_killed_twenty_times_under_load_keeps_orders_and_entries() {
    let folder = folder();
    let settings = format!("{GRANTED}path = \"{}\"\n", folder.path().join("key-value.redb").display());
    let mut host = host().guest("rogue").guest_as("rogue", "snoop").settings(&settings).start();
    let load = Load::start(host.address(), OK);

    for kill in 0..KILLS {
        let is_disabled = kill % 2 == 0;
        assert_eq!(said(&host, &format!("keep:a={kill}")), "done");
        order(&host, &["plugins", if is_disabled { "disable" } else { "enable" }, "snoop"]);
        sleep(FLUSHED);
        load.wait_for_answers();

        host.start_again();

        load.point_at(host.address());
        assert_eq!(said(&host, "kept:a"), format!("kept {kill}"));
        assert_eq!(host.ask("snoop", "ok").status, if is_disabled { 404 } else { 200 });
        load.wait_for_answers();
    }

    load.end("killed 20 times (SIGKILL)", "the service manager");
}
