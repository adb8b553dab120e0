//! The cost of a fresh sandbox over the guest's own work.
//!
//! `reused` calls one instance over and over: the guest's own work, and what a call costs by itself. `fresh` is what
//! the host does for a request: a store, an instance, a call and its check, and everything given back. Compare medians
//! within one run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use admission::CallerKey;
use contract::{Ask, Context, Deadline, InputRepairs, OPERATIONS, ProviderId, Request, languages};
use divan::Bencher;
use egress::Egress;
use engine::Runtime;
use insight_host::plugin::{CompileSettings, Compiler, Loader, Plugin, Query, Settings};
use tokio::runtime::Builder;
use wasmtime::component::{Component, Linker, ResourceTable, Val};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

fn main() {
    divan::main();
}

/// Questions to the sample plugin: one it answers at once, one that takes some work.
#[derive(Clone, Copy, Debug)]
enum SampleQuestion {
    /// A type of record it has nothing for.
    Nothing,
    /// Three insights.
    Three,
}

impl SampleQuestion {
    const ALL: [Self; 2] = [Self::Nothing, Self::Three];

    /// Type and identifier of the record, and how many insights.
    fn record(self) -> (&'static str, &'static str, u32) {
        match self {
            Self::Nothing => ("nothing-of-the-kind", "1", 1),
            Self::Three => ("account", "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02", 3),
        }
    }
}

/// The sample plugin, built with the command that everybody uses.
static COMPONENT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the host is in the workspace");
    let out = root.join("target/bench-plugins");
    let sources = root.join("plugins/contoso-hub");
    let words = ["insight-host".into(), "build".into(), sources.into(), "--out".into(), out.clone().into_os_string()];
    assert_eq!(insight_host::cli::run(words), ExitCode::SUCCESS, "the sample plugin builds");
    out.join("contoso-hub.wasm")
});

#[divan::bench(args = SampleQuestion::ALL)]
fn fresh(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let threads = Builder::new_current_thread().enable_all().build().expect("a thread to wait on");
    let runtime = Arc::new(Runtime::start(engine::Settings::default()).expect("address space for the pool"));
    let plugin = threads.block_on(load(&runtime));
    let (record_type, record_id, top) = question.record();
    let query = format!("recordType={record_type}&recordId={record_id}&top={top}");
    let request = Request::from_query(OPERATIONS[0], Some(&query), &mut InputRepairs::default())
        .expect("every parameter is there");
    let (window, ask) = (request.window, Arc::new(Ask::Page(Box::new(request))));
    let context = Arc::new(Context::of_no_request(languages(None)));

    bencher.bench_local(|| {
        let deadline = Deadline::within(Duration::from_secs(4));
        let (ask, context) = (Arc::clone(&ask), Arc::clone(&context));
        let query = Query { ask, held: None, context, caller: CallerKey::Host, window, deadline };
        assert!(threads.block_on(plugin.ask_here(&runtime, &query)).is_answered());
    });
}

/// The plugin as a host loads it.
async fn load(runtime: &Arc<Runtime>) -> Plugin {
    let compile = CompileSettings { program: env!("CARGO_BIN_EXE_insight-host").into(), ..CompileSettings::default() };
    let outside = Egress::open(egress::Settings::default()).expect("nothing is asked for");
    let loader = Loader::new(Arc::clone(runtime), Compiler::new(compile), None, Settings::default(), outside);
    let id = ProviderId::try_from("contoso-hub".to_owned()).expect("lower-case kebab");
    let dir = COMPONENT.parent().expect("it is in a folder");
    loader.load_from(dir, &id).await.map_err(|error| format!("{error:?}")).expect("the sample plugin loads")
}

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

#[divan::bench(args = SampleQuestion::ALL)]
fn reused(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let threads = Builder::new_current_thread().enable_all().build().expect("a thread to wait on");
    let mut config = wasmtime::Config::new();
    config.consume_fuel(true).epoch_interruption(true).concurrency_support(false);
    config.wasm_features(wasmtime::WasmFeatures::GC_TYPES, false);
    let engine = Engine::new(&config).expect("an engine");
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).expect("nothing is linked twice");
    let component = Component::from_file(&engine, &*COMPONENT).expect("the sample plugin compiles");
    let state = Bare { wasi: WasiCtx::builder().build(), resources: ResourceTable::new() };
    let mut store = Store::new(&engine, state);
    store.set_fuel(u64::MAX).expect("the engine counts fuel");
    store.set_epoch_deadline(1_000_000);
    let instance = threads.block_on(linker.instantiate_async(&mut store, &component)).expect("it instantiates");
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
