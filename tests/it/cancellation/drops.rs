//! Requests and guest calls that are dropped at every point where they can be: after every number of polls.
//!
//! The host runs in this process, as only its owner can drop a future.

use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use admission::CallerKey;
use bytesize::ByteSize;
use contract::{Ask, Context, Deadline, InputRepairs, OPERATIONS, ProviderId, Request, languages};
use egress::Egress;
use egress::store::StoreLocation;
use engine::Runtime;
use insight_host::dispatch::dispatch;
use insight_host::plugin::{CompileSettings, Compiler, Loader, OperatorSettings, Plugin, Query, Settings};
use insight_tests::{Backend, CoreGuest, PATIENCE, wait_for};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Builder;

use crate::UNDER_TEST;

/// The concurrent calls that the host allows.
const CALLS: u32 = 4;

/// The memory, in MiB, that all calls may hold together: as much as one call may, to see that all of it is released.
const MEMORY: usize = 64;

/// The polls after which a call that has not ended is dropped in any case: sleepers end by the clock alone.
const MOST_POLLS: usize = 24;

/// The behaviours of the guest `rogue` when it is dropped: quick, asleep, spinning, failing, and holding much memory.
const BEHAVIOURS: &[&str] = &[
    "ok",
    "echo",
    "failed",
    "slow:3",
    "sleep-an-hour",
    "poll-for-ever",
    "spin",
    "spin-in-host-calls",
    "spin-in-bulk-fills",
    "recurse",
    "grow-memory",
    "hold-memory:8",
    "pollables",
    "long-string:8",
    "many-items:50000",
    "panic",
    "exit:3",
    "flood-stdout",
    "log:something",
    "environment",
];

/// The behaviours of the guest when it is dropped during egress.
const REACHING: &[&str] = &[
    "fetch:/ok",
    "fetch:/halves",
    "fetch:/hang",
    "fetch:/endless",
    "fetch-all:8x/ok",
    "wasi-fetch:/halves",
    "wasi-fetch:/drip",
    "keep:a=1",
    "kept:a",
];

/// The concurrent requests that a call, and here its plugin too, may have.
const REQUESTS: usize = 6;

/// The time between two polls of a call that waits for a backend, so that it is dropped at every step of its request.
const STEP: Duration = Duration::from_micros(100);

/// A host without a server, and its plugins.
struct Host {
    /// The runtime of timers.
    threads: tokio::runtime::Runtime,
    runtime: Arc<Runtime>,
    /// The plugins whose calls have a few milliseconds.
    hasty: Vec<Arc<Plugin>>,
    /// A plugin whose calls have the usual time.
    patient: Arc<Plugin>,
    /// The backend that plugins may reach.
    _backend: Backend,
    _folder: TempDir,
}

/// The resources of calls that are free.
#[derive(Debug, PartialEq)]
struct Room {
    sandboxes: usize,
    mebibytes: usize,
    guest_threads: usize,
}

impl Host {
    fn start() -> Self {
        let threads = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a thread for timers");
        let memory = ByteSize::mib(MEMORY as u64);
        let settings = engine::Settings { calls_at_once: CALLS, memory, threads: 2, ..engine::Settings::default() };
        let runtime = Arc::new(Runtime::start(settings).expect("address space for the pool"));
        let folder = TempDir::new().expect("there is room for a temporary folder");
        let rogue = fs::read(UNDER_TEST.guest("rogue")).expect("it is built");
        let spins = "(loop (br 0)) unreachable";
        let backend = Backend::http();
        let origin = backend.origin();
        let hasty = "[limits]\ntime = \"15ms\"\n";
        let does = |behaviour: &str| format!("{hasty}[config]\nbehaviour = \"{behaviour}\"");
        for (name, component, author) in [
            ("patient", &rogue, ""),
            ("hasty", &rogue, hasty),
            ("answers", &rogue, &does("ok")),
            ("answers-late", &rogue, &does("slow:2")),
            ("panics", &rogue, &does("panic")),
            ("spins-in-realloc", &CoreGuest::answering(0, 0).realloc(spins).component(), hasty),
            ("spins-in-post-return", &CoreGuest::answering(0, 0).post_return(spins).component(), hasty),
        ] {
            let file = |ending: &str| folder.path().join(name).with_extension(ending);
            fs::write(file("wasm"), component).expect("the temporary folder can be written");
            fs::write(file("toml"), author).expect("the temporary folder can be written");
        }

        let compile = CompileSettings { program: PathBuf::from(UNDER_TEST.program()), ..CompileSettings::default() };
        let at_home = threads.enter();
        let mut reaching = egress::Settings::default();
        reaching.http_client.requests_at_once = Some(REQUESTS);
        reaching.key_value.location = StoreLocation::File(Some(folder.path().join("key-value.redb")));
        let outside = Egress::open(reaching).expect("nothing is asked for");
        let mut settings = Settings::default();
        settings.load.suspend_after = 0;
        // Room is measured by one plugin that takes all of it.
        settings.load.fair_shares = false;
        for name in ["patient", "hasty"] {
            let http = json!([{ "origin": origin, "networks": ["loopback"] }]);
            let grants = serde_json::from_value(json!({ "http": http, "key-value": "all-tenants" }));
            let mut stated = OperatorSettings::default();
            stated.grants = grants.expect("both are there");
            stated.config.insert("backend".to_owned(), origin.clone());
            settings.plugins.insert(id(name), stated);
        }
        let loader = Loader::new(Arc::clone(&runtime), Compiler::new(compile), None, settings, outside);
        drop(at_home);
        let load =
            |name: &str| Arc::new(threads.block_on(loader.load_from(folder.path(), &id(name))).expect("it loads"));
        let hasty = ["hasty", "answers", "answers-late", "panics", "spins-in-realloc", "spins-in-post-return"];
        let (hasty, patient) = (hasty.map(load).into(), load("patient"));
        Self { threads, runtime, hasty, patient, _backend: backend, _folder: folder }
    }

    /// Returns the free resources. Calls that were dropped may still be ending.
    fn room(&self) -> Room {
        let _timers = self.threads.enter();
        let query = query("sleep-an-hour");
        let mut asleep = Vec::new();
        let sandboxes = loop {
            let mut call = Box::pin(self.patient.ask_here(&self.runtime, &query));
            match call.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
                Poll::Pending => asleep.push(call),
                Poll::Ready(_no_sandbox) => break asleep.len(),
            }
        };
        drop(asleep);
        let holds = |mebibytes: &usize| {
            let query = self::query(&format!("hold-memory:{mebibytes}"));
            self.threads.block_on(self.patient.ask_here(&self.runtime, &query)).is_answered()
        };
        let mebibytes = (0..MEMORY).rev().find(holds).unwrap_or_default();
        Room { sandboxes, mebibytes, guest_threads: guest_threads() }
    }

    /// Returns whether a call can have all of its concurrent requests: the backend answers none before the last is
    /// there. If one is missing, the others wait until the call's time is up.
    fn reaches_with_all_at_once(&self) -> bool {
        let begun = Instant::now();
        let query = query(&format!("fetch-all:{REQUESTS}x/meet/{REQUESTS}"));
        let ended = self.threads.block_on(self.patient.ask_here(&self.runtime, &query));
        ended.is_answered() && begun.elapsed() < Duration::from_secs(3)
    }

    /// Returns whether as many concurrent calls as allowed are answered, which together take every slot.
    fn answers_all_at_once(&self) -> bool {
        let answers: Vec<_> = thread::scope(|scope| {
            let ask = || self.threads.block_on(self.request(vec![Arc::clone(&self.patient)], "slow:500")).is_ok();
            let callers: Vec<_> = (0..CALLS).map(|_| scope.spawn(ask)).collect();
            callers.into_iter().map(|caller| caller.join().expect("it ended")).collect()
        });
        answers == [true; CALLS as usize]
    }

    /// Creates the future of a request, as the server does after it has parsed one.
    fn request(&self, providers: Vec<Arc<Plugin>>, what: &str) -> impl Future<Output = Result<(), ()>> {
        let Query { ask, context, caller, deadline, .. } = query(what);
        let ask = Arc::into_inner(ask).expect("nobody else has it");
        let answer = dispatch(&self.runtime, providers, ask, None, context, caller, deadline);
        async { answer.await.map(|_| ()).map_err(|_| ()) }
    }

    /// Drops this many calls and requests, of every behaviour and after every number of polls.
    fn cut_off(&self, drops: usize) {
        let _timers = self.threads.enter();
        let mut cut_off = 0;
        while cut_off < drops {
            for behaviour in BEHAVIOURS {
                let query = query(behaviour);
                for provider in [&self.hasty[0], &self.hasty[4], &self.hasty[5]] {
                    let call =
                        |polls| is_done_by(polls, provider.ask_here(&self.runtime, &query), Waker::noop(), || {});
                    cut_off += cut_off_by(call);
                }
                for providers in [&self.hasty[..1], &self.hasty[..]] {
                    cut_off +=
                        cut_off_by(|polls| is_done_when_woken(polls, self.request(providers.to_vec(), behaviour)));
                }
            }
            for behaviour in REACHING {
                let query = query(behaviour);
                let step = || thread::sleep(STEP);
                let call = |polls| is_done_by(polls, self.patient.ask_here(&self.runtime, &query), Waker::noop(), step);
                cut_off += cut_off_by(call);
                let request = || self.request(vec![Arc::clone(&self.patient)], behaviour);
                cut_off += cut_off_by(|polls| is_done_by(polls, request(), Waker::noop(), step));
                let hasty = || self.request(self.hasty[..1].to_vec(), behaviour);
                cut_off += cut_off_by(|polls| is_done_when_woken(polls, hasty()));
            }
        }
    }
}

/// Parses the id of a provider.
fn id(name: &str) -> ProviderId {
    ProviderId::try_from(name.to_owned()).expect("lower-case kebab")
}

/// Drops a future, which is created anew each time, after no poll, one, two, and so on, until it is done by then.
/// Returns how often it was not.
fn cut_off_by(is_done: impl Fn(usize) -> bool) -> usize {
    (0..=MOST_POLLS).take_while(|polls| !is_done(*polls)).count()
}

/// Polls a future this many times, and returns whether it was done by then. It is dropped in any case.
fn is_done_by<T>(polls: usize, future: impl Future<Output = T>, waker: &Waker, between: impl Fn()) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        if future.as_mut().poll(&mut Task::from_waker(waker)).is_ready() {
            return true;
        }
        between();
    }
    false
}

/// Does the same, but each poll waits until the future has been woken.
fn is_done_when_woken<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    is_done_by(polls, future, &Waker::from(Arc::new(Unpark(thread::current()))), || thread::park_timeout(PATIENCE))
}

/// Creates the query of a request.
fn query(what: &str) -> Query {
    let query = format!("recordType=account&recordId={what}");
    let request = Request::from_query(OPERATIONS[0], Some(&query), &mut InputRepairs::default())
        .expect("every parameter is there");
    let context = Context::of_no_request(languages(None));
    Query {
        window: request.window,
        ask: Arc::new(Ask::Page(Box::new(request))),
        held: None,
        context: Arc::new(context),
        caller: CallerKey::Host,
        deadline: Deadline::within(Duration::from_secs(4)),
    }
}

/// Counts the threads of this process that run guests.
fn guest_threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("the kernel tells");
    let names = tasks.flatten().filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.starts_with("guest-")).count()
}

fn nothing_leaks_of(drops: usize) {
    let host = Host::start();
    // What a call held is released after its answer has left.
    let before = wait_for("the room that trials at load held", || {
        let room = host.room();
        (room.sandboxes >= CALLS as usize && room.mebibytes >= MEMORY - 14).then_some(room)
    });
    wait_for("answers before any is dropped", || host.answers_all_at_once().then_some(()));
    wait_for("requests before any is dropped", || host.reaches_with_all_at_once().then_some(()));

    host.cut_off(drops);

    wait_for("all room to come back", || (host.room() == before).then_some(()));
    wait_for("all requests to be answered", || host.answers_all_at_once().then_some(()));
    wait_for("the whole way out to be free", || host.reaches_with_all_at_once().then_some(()));
}

#[test]
fn a_thousand_requests_and_calls_dropped_wherever_they_can_be_leave_nothing_behind() {
    nothing_leaks_of(1_000);
}

#[test]
#[ignore = "takes minutes: part of .ci/slow"]
fn ten_thousand_requests_and_calls_dropped_wherever_they_can_be_leave_nothing_behind() {
    nothing_leaks_of(10_000);
}
