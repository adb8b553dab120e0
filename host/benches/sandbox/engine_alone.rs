//! Steps of a bare engine, without the host.

use divan::Bencher;
use tokio::runtime::{Builder, Runtime};
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable, Val};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::sample::{COMPONENT, SampleQuestion};

/// State of a guest of the reused instance: a bare WASI.
struct Bare {
    wasi: WasiCtx,
    resources: ResourceTable,
}

impl WasiView for Bare {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.resources }
    }
}

/// An engine with a pool, as the host has, and the sample plugin linked in it.
struct Linked {
    engine: Engine,
    component: InstancePre<Bare>,
}

impl Linked {
    fn new() -> Self {
        let mut config = wasmtime::Config::new();
        config.consume_fuel(true).epoch_interruption(true).concurrency_support(false);
        config.wasm_features(wasmtime::WasmFeatures::GC_TYPES, false);
        let mut pool = wasmtime::PoolingAllocationConfig::new();
        pool.total_component_instances(4).total_core_instances(40).total_memories(16).total_tables(40).total_stacks(4);
        pool.pagemap_scan(wasmtime::Enabled::Auto).linear_memory_keep_resident(128 << 10).table_keep_resident(64 << 10);
        config.allocation_strategy(wasmtime::InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).expect("an engine");
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).expect("nothing is linked twice");
        let component = Component::from_file(&engine, &*COMPONENT).expect("the sample plugin compiles");
        let component = linker.instantiate_pre(&component).expect("all imports are linked");
        Self { engine, component }
    }

    /// A store with a bound on fuel and time.
    fn store(&self) -> Store<Bare> {
        let state = Bare { wasi: WasiCtx::builder().build(), resources: ResourceTable::new() };
        let mut store = Store::new(&self.engine, state);
        store.set_fuel(u64::MAX).expect("the engine counts fuel");
        store.set_epoch_deadline(1_000_000);
        store
    }
}

/// A thread that waits.
fn waiting() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a thread to wait on")
}

/// A store with its limits, made and dropped.
#[divan::bench]
fn store(bencher: Bencher<'_, '_>) {
    let linked = Linked::new();
    bencher.bench_local(|| linked.store());
}

/// A store with an instance, made and dropped.
#[divan::bench]
fn instance(bencher: Bencher<'_, '_>) {
    let (threads, linked) = (waiting(), Linked::new());
    bencher.bench_local(|| {
        let mut store = linked.store();
        threads.block_on(linked.component.instantiate_async(&mut store)).expect("it instantiates");
    });
}

/// Lowering of the question, the guest's own work, and lifting of the answer into dynamic values.
#[divan::bench(args = SampleQuestion::ALL)]
fn reused(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let (threads, linked) = (waiting(), Linked::new());
    let mut store = linked.store();
    let instance = threads.block_on(linked.component.instantiate_async(&mut store)).expect("it instantiates");
    let interface = instance.get_export_index(&mut store, None, "insight:provider/record-summary@1.0.0");
    let answer = instance.get_export_index(&mut store, interface.as_ref(), "answer").expect("it is exported");
    let answer = instance.get_func(&mut store, answer).expect("it is a function");
    let arguments = arguments(question);

    bencher.bench_local(|| {
        let mut results = [Val::Bool(false)];
        threads.block_on(answer.call_async(&mut store, &arguments, &mut results)).expect("it answers");
        assert!(matches!(results, [Val::Result(Ok(_))]));
    });
}

/// Context and request as the engine's dynamic values.
fn arguments(question: SampleQuestion) -> [Val; 2] {
    let record = |fields: &[(&str, Val)]| {
        Val::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    };
    let text = |text: &str| Val::String(text.to_owned());
    let none = || Val::Option(None);
    let (record_type, record_id, top) = question.record();
    let context = record(&[
        ("activity-id", text("3f0c7a4e-0000-4000-8000-000000000000")),
        ("received-at", text("2026-05-12T08:30:00Z")),
        ("time-left-ms", Val::U32(4_000)),
        ("languages", Val::List(vec![text("en")])),
        ("time-zone", none()),
        ("crm", record(&[("kind", none()), ("host", none())])),
        ("caller", none()),
        ("user-agent", none()),
        ("traceparent", none()),
    ]);
    let about = record(&[("record-type", text(record_type)), ("record-id", text(record_id))]);
    let request = record(&[
        ("about", about),
        ("since", none()),
        ("until", none()),
        ("top", Val::U32(top)),
        ("skip", Val::U32(0)),
    ]);
    [context, request]
}
