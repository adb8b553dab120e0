//! The engine's clock, which advances the epoch each millisecond and replaces stuck threads.

use std::sync::Weak;
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

use super::threads::Pools;
use net::scheduling::answer_at_once;

/// The time between two ticks, and so the longest time a guest runs without yielding, save for one that is in the
/// middle of a long instruction.
const TICK: Duration = Duration::from_millis(1);

/// Starts the thread that advances the epoch until the engine is dropped, and watches the threads of guests.
///
/// It is a thread of the operating system, as a task would wait behind the guests that it must interrupt. It
/// holds the engine weakly, or it would keep it alive.
pub(super) fn start(engine: &Engine, pools: Weak<Pools>) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("epoch".into()).spawn(move || {
        answer_at_once(0);
        loop {
            thread::sleep(TICK);
            let Some(engine) = engine.upgrade() else { return };
            engine.increment_epoch();
            if let Some(pools) = pools.upgrade() {
                pools.watch();
            }
        }
    })?;
    Ok(())
}
