//! Sandboxes: an empty store with the limits of one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::{Store, UpdateDeadline};

use super::abort::HostAbort;
use super::guest_log::Journal;
use super::limits::Meter;
use super::program::CallSpec;
use super::state::GuestState;
use super::{Limits, Runtime};
use admission::MemoryOwner;
use contract::Deadline;
use egress::CallEgress;
use net::telemetry::LogBudget;
use net::to_usize;

/// Creates the sandbox of one call.
pub(super) fn sandbox_for(
    runtime: &Runtime,
    spec: &CallSpec,
    deadline: Deadline,
    log_budget: &Arc<LogBudget>,
) -> Store<GuestState> {
    let bytes = to_usize(spec.limits.log.as_u64());
    let guest_log = Journal::new(Arc::clone(&spec.plugin), bytes, Arc::clone(log_budget));
    let (egress, context) = (Arc::clone(&spec.egress), Arc::clone(&spec.context));
    let call = CallEgress::new(egress, context, spec.span.clone(), deadline.instant(), spec.memory.clone());
    sandbox(runtime, spec.memory.clone(), spec.limits, deadline, guest_log, Arc::clone(&spec.config), Some(call))
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
) -> Store<GuestState> {
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
    store
}
