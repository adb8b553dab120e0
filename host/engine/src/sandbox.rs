//! Sandboxes: an empty store with the limits of one call.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use wasmtime::{Store, UpdateDeadline};

use super::abort::HostAbort;
use super::guest_log::Journal;
use super::limits::Meter;
use super::program::CallSpec;
use super::release::{LARGE, Releaser};
use super::state::GuestState;
use super::{Limits, Runtime};
use admission::{CallSlots, MemoryOwner};
use contract::Deadline;
use egress::CallEgress;
use net::telemetry::LogBudget;
use net::to_usize;

/// The store of one call. Dropping it gives back its memory, and then the right to run the call.
pub(super) struct Sandbox {
    /// Absent only while it is dropped.
    store: Option<Store<GuestState>>,
    admitted: Option<CallSlots>,
    /// Releases it if it is large. Without, that happens where it is dropped.
    releaser: Option<Releaser>,
}

impl Sandbox {
    /// Makes its release happen where it is dropped.
    pub(super) fn released_here(mut self) -> Self {
        self.releaser = None;
        self
    }
}

impl Deref for Sandbox {
    type Target = Store<GuestState>;

    fn deref(&self) -> &Self::Target {
        self.store.as_ref().expect("it is not dropped")
    }
}

impl DerefMut for Sandbox {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.store.as_mut().expect("it is not dropped")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let is_large = self.data().meter.peak() >= LARGE;
        // The parts of a tuple are dropped in this order.
        let remains = (self.store.take(), self.admitted.take());
        if let Some(releaser) = self.releaser.as_ref().filter(|_| is_large) {
            releaser.release(remains);
        }
    }
}

/// Creates the sandbox of one call, which takes over the right to run it.
pub(super) fn sandbox_for(
    runtime: &Runtime,
    spec: &mut CallSpec,
    deadline: Deadline,
    log_budget: &Arc<LogBudget>,
) -> Sandbox {
    let bytes = to_usize(spec.limits.log.as_u64());
    let guest_log = Journal::new(Arc::clone(&spec.plugin), bytes, Arc::clone(log_budget));
    let (egress, context) = (Arc::clone(&spec.egress), Arc::clone(&spec.context));
    let call = CallEgress::new(egress, context, spec.span.clone(), deadline.instant(), spec.memory.clone());
    let (memory, config) = (spec.memory.clone(), Arc::clone(&spec.config));
    let mut sandbox = sandbox(runtime, memory, spec.limits, deadline, guest_log, config, Some(call));
    sandbox.admitted = spec.admitted.take();
    sandbox
}

/// Creates an empty store with the limits of one call.
pub(super) fn sandbox(
    runtime: &Runtime,
    memory: MemoryOwner,
    limits: Limits,
    deadline: Deadline,
    guest_log: Journal,
    config: Arc<BTreeMap<String, String>>,
    call: Option<CallEgress>,
) -> Sandbox {
    let meter = Meter::new(limits.memory, memory);
    let mut store = Store::new(&runtime.engine, GuestState::new(meter, guest_log, config, call));
    store.limiter(|state| &mut state.meter);
    store.set_fuel(limits.fuel.get()).expect("the engine counts fuel");
    store.set_hostcall_fuel(to_usize(limits.answer.as_u64()));
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        if deadline.has_passed() {
            return Err(HostAbort::Deadline { after: limits.time }.into());
        }
        Ok(UpdateDeadline::Yield(1))
    });
    Sandbox { store: Some(store), admitted: None, releaser: Some(runtime.releaser.clone()) }
}
