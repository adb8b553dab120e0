//! The host's steps of a call, in their order.

use std::sync::Arc;
use std::time::Duration;

use divan::{Bencher, black_box};
use serde_json::Value as Json;
use tokio::runtime::{Builder, Runtime as Threads};

use admission::{CallOrigin, CallerKey, Completion};
use contract::{
    Ask, Context, Deadline, InputRepairs, Insight, OPERATIONS, Outcome, Page, Repairs, Reply, Request, Value, languages,
};
use engine::Runtime;
use insight_host::dispatch::dispatch;
use insight_host::plugin::{Plugin, Query};

use crate::sample::{SampleQuestion, load};

/// The time that a request has left.
const LEFT: Duration = Duration::from_secs(4);

/// The host below its server, with the sample plugin.
struct Loaded {
    threads: Threads,
    runtime: Arc<Runtime>,
    plugin: Arc<Plugin>,
    context: Arc<Context>,
}

impl Loaded {
    fn new() -> Self {
        let threads = Builder::new_current_thread().enable_all().build().expect("a thread to wait on");
        let runtime = Arc::new(Runtime::start(engine::Settings::default()).expect("address space for the pool"));
        let plugin = Arc::new(threads.block_on(load(&runtime)));
        Self { threads, runtime, plugin, context: Arc::new(Context::of_no_request(languages(None))) }
    }

    /// The plugin's answer to a question.
    fn page(&self, question: SampleQuestion) -> Page {
        let ended = self.threads.block_on(self.plugin.ask_here(&self.runtime, &self.query(&Arc::new(ask(question)))));
        match ended.result {
            Ok(Reply::Page(page)) => page,
            other => panic!("the sample plugin answered {other:?}"),
        }
    }

    fn query(&self, ask: &Arc<Ask>) -> Query {
        let (window, context) = (ask.window(), Arc::clone(&self.context));
        let deadline = Deadline::within(LEFT);
        Query { ask: Arc::clone(ask), held: None, context, caller: CallerKey::Host, window, deadline }
    }
}

fn ask(question: SampleQuestion) -> Ask {
    Ask::Page(Box::new(question.request()))
}

/// The query of a request, read and checked.
#[divan::bench]
fn a_parse() -> Request {
    let query = "recordType=account&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02&top=3";
    Request::from_query(OPERATIONS[0], Some(black_box(query)), &mut InputRepairs::default())
        .expect("nothing is missing")
}

/// Entry into admission and exit from it, of a call that was answered.
#[divan::bench]
fn b_admission(bencher: Bencher<'_, '_>) {
    let loaded = Loaded::new();
    let origin = CallOrigin { caller: CallerKey::Host, capability: ask(SampleQuestion::Three).capability() };
    let completion = Completion { outcome: Outcome::Answered, time: Duration::from_micros(30), is_own_fault: false };
    bencher.bench_local(|| {
        let entered = loaded.threads.block_on(loaded.plugin.plugin_admission().enter(origin, LEFT, LEFT));
        let (call, slots) = entered.expect("the host is idle");
        drop(slots);
        call.ended(completion);
    });
}

/// The checks of an answer's items, from text as the guest gave it.
#[divan::bench(args = SampleQuestion::ALL)]
fn c_checks(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let page = serde_json::to_value(Loaded::new().page(question)).expect("a page is JSON");
    let fields = OPERATIONS[0].outputs;
    let items = page["value"].as_array().cloned().unwrap_or_default();
    let draft = |item: &Json| fields.iter().map(|field| item.get(field.name).and_then(value)).collect::<Vec<_>>();
    let drafts: Vec<_> = items.iter().map(draft).collect();
    bencher.with_inputs(|| drafts.clone()).bench_local_values(|drafts| {
        let mut repairs = Repairs::default();
        let checked = drafts.into_iter().map(|draft| Insight::check(fields, draft, &mut repairs));
        checked.map(|insight| insight.expect("it was checked before")).collect::<Vec<_>>()
    });
}

/// The draft of a value in an answer's JSON.
fn value(json: &Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Object(properties) => {
            let text = |(name, value): (&String, &Json)| Some((name.clone(), value.as_str()?.to_owned()));
            Some(Value::Properties(properties.iter().filter_map(text).collect()))
        }
        _ => None,
    }
}

/// The JSON of an answer.
#[divan::bench(args = SampleQuestion::ALL)]
fn d_json(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let page = Loaded::new().page(question);
    bencher.bench_local(|| serde_json::to_vec(black_box(&page)).expect("a page is JSON"));
}

/// A call on the current thread, without admission.
#[divan::bench(args = SampleQuestion::ALL)]
fn fresh(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let (loaded, ask) = (Loaded::new(), Arc::new(ask(question)));
    bencher.bench_local(|| {
        let ended = loaded.threads.block_on(loaded.plugin.ask_here(&loaded.runtime, &loaded.query(&ask)));
        assert!(ended.is_answered());
    });
}

/// The dispatch of a question: admission, the call where a host makes it, metrics and the merge.
#[divan::bench(args = SampleQuestion::ALL)]
fn dispatched(bencher: Bencher<'_, '_>, question: SampleQuestion) {
    let (loaded, ask) = (Loaded::new(), ask(question));
    bencher.with_inputs(|| ask.clone()).bench_local_values(|ask| {
        let (providers, context) = (vec![Arc::clone(&loaded.plugin)], Arc::clone(&loaded.context));
        let deadline = Deadline::within(LEFT);
        let answer = dispatch(&loaded.runtime, providers, ask, None, context, CallerKey::Host, deadline);
        loaded.threads.block_on(answer).expect("the sample plugin answers")
    });
}
