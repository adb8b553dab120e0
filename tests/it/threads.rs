//! The threads of guests: work that yields to nobody keeps no thread from other plugins.

use std::thread;

use insight_tests::{CoreGuest, wait_for};

use crate::host;

/// A guest whose first instruction moves 60 MiB.
fn moving(instruction: &str) -> Vec<u8> {
    let moved = format!("({instruction} (i32.const 0x10000) (i32.const 1) (i32.const 0x3c00000)) unreachable");
    CoreGuest::running(&moved).memory("1000").component()
}

#[test]
fn a_guest_that_moves_its_memory_in_one_instruction_is_stuck_on_a_thread_that_is_replaced() {
    for instruction in ["memory.fill", "memory.copy"] {
        let settings = "[load]\nsuspend-after = 0\n[runtime]\nthreads = 1\nmemory = \"2GiB\"\n";
        let host = host().component("mover", &moving(instruction)).guest("well").settings(settings).start();

        thread::scope(|scope| {
            let callers: Vec<_> = (0..3).map(|_| scope.spawn(|| host.ask("mover", "1"))).collect();
            for id in 0..20 {
                let answer = host.ask("well", &id.to_string());
                assert_eq!(answer.status, 200, "{}", answer.body);
            }
            for caller in callers {
                let answer = caller.join().expect("it does not panic");
                assert_eq!(answer.outcome("mover"), "trapped", "{instruction} is done, and what comes then traps");
            }
        });

        wait_for("a replaced thread", || {
            let _ = host.ask("mover", "1");
            (host.metric("insight_host_guest_threads_replaced_total") > 0.0).then_some(())
        });
    }
}
