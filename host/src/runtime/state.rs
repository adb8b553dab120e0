//! What the host keeps for one guest call, and what the guest reaches through it: nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::clock::CoarseClock;
use super::journal::Journal;
use super::limits::Meter;
use super::stdio::Output;
use crate::reach::CallReach;

/// Streams, pollables and the like that a guest may hold at once.
const RESOURCES: usize = 1_000;

/// Random bytes a guest may ask for at once.
const RANDOM: u64 = 64 << 10;

/// The data of a store: one call, from instantiation to answer.
pub(crate) struct GuestState {
    pub(super) wasi: WasiCtx,
    pub(super) resources: ResourceTable,
    pub(super) meter: Meter,
    pub(super) journal: Journal,
    /// The `[config]` of the plugin's settings.
    pub(super) config: Arc<BTreeMap<String, String>>,
    /// What the call reaches; nothing in a trial, as a component must load without it.
    pub(super) call: Option<CallReach>,
}

impl GuestState {
    pub(super) fn new(
        meter: Meter,
        journal: Journal,
        config: Arc<BTreeMap<String, String>>,
        call: Option<CallReach>,
    ) -> Self {
        let mut resources = ResourceTable::new();
        resources.set_max_capacity(RESOURCES);
        // No directories, environment or arguments: those are empty unless given. Sockets are
        // refused one by one, and here as a whole, so that not even a descriptor is opened.
        let wasi = WasiCtx::builder()
            .stdout(Output::stdout(journal.clone()))
            .stderr(Output::stderr(journal.clone()))
            .monotonic_clock(CoarseClock::new())
            .max_random_size(RANDOM)
            .allow_tcp(false)
            .allow_udp(false)
            .build();
        Self { wasi, resources, meter, journal, config, call }
    }
}

impl WasiView for GuestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.resources }
    }
}
