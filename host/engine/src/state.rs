//! State that the host keeps for one guest call, and the call's egress.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::WasiHttpCtx;

use super::call_end::HostCalls;
use super::clock::{CoarseClock, CoarseWallClock};
use super::guest_log::{Journal, Output};
use super::host_work::HostWork;
use super::imports::wasi_http;
use super::limits::Meter;
use super::stdio::Stdio;
use admission::Held;
use egress::CallEgress;

/// Streams, pollables, fields and other resources that a guest may hold. Together with the sizes of fields and
/// chunks in `wasi_http`, this bounds the memory that the host holds for a call.
pub(super) const RESOURCES: usize = 256;

/// Random bytes a guest may request in one piece.
const RANDOM: u64 = 64 << 10;

/// The data of a store: one call, from instantiation to answer.
pub(crate) struct GuestState {
    /// Created at the guest's first use: it seeds two random generators, and most calls never ask.
    wasi: Option<WasiCtx>,
    pub(super) resources: ResourceTable,
    pub(super) meter: Meter,
    pub(super) guest_log: Journal,
    /// The `[config]` of the plugin's settings.
    pub(super) config: Arc<BTreeMap<String, String>>,
    pub(super) http: WasiHttpCtx,
    pub(super) reaching: Reaching,
    /// Memory of the responses that `http-client` returned last. It counts until the guest's next request,
    /// which shows that the guest has copied them.
    pub(super) handed_over: Vec<Held>,
    /// Work of the host for which the guest waits.
    pub(super) work: HostWork,
}

/// The egress of a call, available once the component has prepared itself.
pub(super) struct Reaching {
    /// Absent in a trial, as a component must load without it.
    call: Option<Arc<CallEgress>>,
    /// Set when the component has prepared itself. Anything it read earlier would be part of every call, if
    /// calls started from a snapshot.
    is_prepared: bool,
}

impl Reaching {
    /// Returns the call's egress, if it is available now.
    pub(super) fn get(&self) -> Option<&Arc<CallEgress>> {
        self.call.as_ref().filter(|_| self.is_prepared)
    }

    /// Makes egress available: the component has prepared itself.
    pub(super) fn begin(&mut self) {
        self.is_prepared = true;
    }
}

impl GuestState {
    pub(super) fn new(
        meter: Meter,
        guest_log: Journal,
        config: Arc<BTreeMap<String, String>>,
        call: Option<CallEgress>,
    ) -> Self {
        let mut resources = ResourceTable::new();
        resources.set_max_capacity(RESOURCES);
        let reaching = Reaching { call: call.map(Arc::new), is_prepared: false };
        Self {
            wasi: None,
            resources,
            meter,
            guest_log,
            config,
            http: wasi_http::context(),
            reaching,
            handed_over: Vec::new(),
            work: HostWork::default(),
        }
    }

    /// Returns the number of the call's operations on the host so far.
    pub(super) fn host_calls(&self) -> HostCalls {
        let egress = self.reaching.call.as_deref();
        HostCalls {
            http: egress.map_or(0, CallEgress::requests),
            key_value: egress.map_or(0, CallEgress::key_value_operations),
            log_lines: self.guest_log.lines(),
        }
    }

    /// Returns the call's egress: `None` in a trial, and while the component prepares itself.
    pub(super) fn egress(&self) -> Option<&Arc<CallEgress>> {
        self.reaching.get()
    }
}

/// Runs before the fields are dropped: bodies that the guest was writing must not end as if complete.
impl Drop for GuestState {
    fn drop(&mut self) {
        if let Some(call) = &self.reaching.call {
            call.end_call();
        }
    }
}

impl WasiView for GuestState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| wasi_context(&self.guest_log));
        WasiCtxView { ctx, table: &mut self.resources }
    }
}

/// Returns what a guest finds of the system: its log, clocks and random bytes.
fn wasi_context(guest_log: &Journal) -> WasiCtx {
    // No directories, environment or arguments: those are empty by default. Sockets are denied as a whole,
    // so that not even a descriptor is opened.
    WasiCtx::builder()
        .stdout(Stdio::new(Output::Stdout, guest_log.clone()))
        .stderr(Stdio::new(Output::Stderr, guest_log.clone()))
        .monotonic_clock(CoarseClock::new())
        .wall_clock(CoarseWallClock)
        .max_random_size(RANDOM)
        .allow_tcp(false)
        .allow_udp(false)
        .build()
}
