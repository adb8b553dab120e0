//! The engine's clock, which advances the epoch while guests run, and replaces stuck threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{OnceLock, Weak};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::Engine;

use super::threads::Pools;
use net::scheduling::answer_at_once;

/// The time between two ticks, and so the longest time a guest runs without yielding, save for one that is in the
/// middle of a long instruction, and for one that begins after a tick at which none ran.
const TICK: Duration = Duration::from_millis(1);

/// The time between two ticks if no guest ran at the last. A tick costs as much as a fourth of a call, and most calls end
/// before the next.
pub(super) const SPARSE_TICK: Duration = Duration::from_millis(2);

/// The ticks without a running guest after which the ticker parks: a host without calls uses hardly any processor time.
const IDLE_TICKS: u32 = 25;

/// The longest time for which the ticker parks. Then it looks whether the engine is still there.
const LONGEST_PARK: Duration = Duration::from_secs(1);

/// Starts the thread that advances the epoch until the engine is dropped, and watches the threads of guests.
///
/// It is a thread of the operating system, as a task would wait behind the guests that it must interrupt. It
/// holds the engine weakly, or it would keep it alive.
pub(super) fn start(engine: &Engine, pools: Weak<Pools>) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("epoch".into()).spawn(move || {
        answer_at_once(0);
        let mut idle = 0;
        loop {
            thread::sleep(if idle == 0 { TICK } else { SPARSE_TICK });
            let (Some(engine), Some(pools)) = (engine.upgrade(), pools.upgrade()) else { return };
            engine.increment_epoch();
            idle = if pools.watch() { 0 } else { idle + 1 };
            // The engine must not live on while the thread sleeps. The pools may: dropping the threads closes them.
            drop(engine);
            if idle >= IDLE_TICKS && pools.ticker().park(|| !pools.has_running_guests()) {
                idle = 0;
            }
        }
    })?;
    Ok(())
}

/// The sleep of the ticker while no guest runs.
#[derive(Default)]
pub(super) struct TickerPark {
    thread: OnceLock<Thread>,
    is_parked: AtomicBool,
}

impl TickerPark {
    /// Wakes the ticker if it is parked. Called after a guest's turn became visible to `has_running_guests`.
    pub(super) fn wake(&self) {
        // Usually it is not, and its state is only read.
        if self.is_parked.load(Ordering::SeqCst) && self.is_parked.swap(false, Ordering::SeqCst) {
            self.thread.get().inspect(|thread| thread.unpark());
        }
    }

    /// Parks the current thread, the ticker, unless a guest has begun meanwhile. Returns whether one has begun since.
    fn park(&self, is_idle: impl FnOnce() -> bool) -> bool {
        self.thread.get_or_init(thread::current);
        // Either the guest's turn is seen after this, or whoever began it sees this.
        self.is_parked.store(true, Ordering::SeqCst);
        let was_idle = is_idle();
        if was_idle {
            thread::park_timeout(LONGEST_PARK);
        }
        let was_woken = !self.is_parked.swap(false, Ordering::SeqCst);
        was_woken || !was_idle
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wasmtime::{Instance, Module, Store, Trap};

    use super::*;
    use crate::config;
    use crate::threads::GuestThreads;

    /// Ends with its store's epoch alone.
    const SPINS: &str = r#"(module (func (export "spin") (loop (br 0))))"#;

    #[test]
    fn the_ticker_parks_while_no_guest_runs_and_interrupts_the_next_that_spins() {
        let engine = config::compiling(false, None).expect("an engine that reserves nothing");
        let guests = GuestThreads::start(1, true).expect("threads are to be had");
        let pools = guests.pools();
        start(&engine, Arc::downgrade(pools)).expect("a thread is to be had");
        let mut store = Store::new(&engine, ());
        store.set_fuel(u64::MAX).expect("the engine counts fuel");
        let module = Module::new(&engine, wat::parse_str(SPINS).expect("it is WAT")).expect("it compiles");
        let instance = Instance::new(&mut store, &module, &[]).expect("it imports nothing");
        let spin = instance.get_typed_func::<(), ()>(&mut store, "spin").expect("it is exported");
        let is_parked = || pools.ticker().is_parked.load(Ordering::SeqCst);
        for _ in 0..2 {
            while !is_parked() {
                thread::yield_now();
            }

            let turn = pools.runs_unwatched();
            assert!(!is_parked(), "it ticks from the turn's beginning on");
            store.set_epoch_deadline(1);
            let ended = spin.call(&mut store, ()).expect_err("the ticker interrupts it");
            drop(turn);

            assert_eq!(ended.downcast_ref::<Trap>(), Some(&Trap::Interrupt));
        }
    }
}
