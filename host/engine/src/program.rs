//! A compiled and linked component, and its calls.
//!
//! Before a component is served, a trial at load instantiates it, compares its types with ours, and runs its
//! `init`, `about` and `skills`, all within one call's limits.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::oneshot;
use tokio::time::timeout_at;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Store, WasmBacktrace};

use super::abort::{CallFault, HostAbort};
use super::call_end::{CallEnd, Spent};
use super::guest_log::Journal;
use super::imports::wasi_http;
use super::overdue::on_guest_threads;
use super::sandbox::{Sandbox, sandbox, sandbox_for};
use super::state::GuestState;
use super::threads::PluginFlow;
use super::trial::TrialError;
use super::{Limits, Runtime};
use crate::bindings::{Failure, GuestCall, Interface};
use admission::{CallSlots, MemoryOwner};
use contract::{
    Ask, Caller, Capability, Context, Deadline, Outcome, Printable, Profile, Repairs, Reply, Skill, TimeZoneName,
    Window,
};
use egress::PluginEgress;
use net::telemetry::LogBudget;
use net::to_usize;
use net::trace::CallSpan;

/// A compiled and linked component, ready to be instantiated any number of times.
pub struct Program {
    instance: InstancePre<GuestState>,
    interface: Interface,
    capabilities: BTreeSet<Capability>,
    /// Bytes that the host may hold per call, in addition to the guest's own.
    held: usize,
    /// Its calls on the threads of guests, those of a trial included.
    flow: Arc<PluginFlow>,
    /// What all its calls may log over time.
    log_budget: Arc<LogBudget>,
}

/// The inputs of one call.
pub struct CallSpec {
    /// The plugin's name, for its log.
    pub plugin: Arc<str>,
    /// The title shown above the plugin's answers.
    pub partner: Arc<str>,
    /// The limits of this call.
    pub limits: Limits,
    /// The values that the plugin may read.
    pub config: Arc<BTreeMap<String, String>>,
    /// The egress that the operator grants.
    pub egress: Arc<PluginEgress>,
    /// The request's own deadline; the call ends by it, or by its own limit if that is earlier.
    pub deadline: Deadline,
    /// The request context.
    pub context: Arc<Context>,
    /// The time zone of sellers whose request names none.
    pub time_zone: Option<TimeZoneName>,
    /// The question.
    pub ask: Arc<Ask>,
    /// The items wanted of this plugin.
    pub window: Window,
    /// The owner of the call's memory.
    pub memory: MemoryOwner,
    /// The permit of an admitted call. Absent for `call_here`, which needs no admission.
    pub admitted: Option<CallSlots>,
    /// The call's span in a trace, the parent of the guest's operations on the host.
    pub span: CallSpan,
}

/// A component's description of itself, read at load.
pub struct SelfDescription {
    pub profile: Option<Profile>,
    pub skills: Vec<Skill>,
    pub repairs: Repairs,
}

impl Program {
    pub(super) fn new(instance: InstancePre<GuestState>, log_budget: LogBudget) -> wasmtime::Result<Self> {
        let interface = Interface::find(&instance)?;
        let held = wasi_http::held_for(&instance);
        let capabilities = interface.capabilities();
        Ok(Self { instance, interface, capabilities, held, flow: Arc::default(), log_budget: Arc::new(log_budget) })
    }

    /// Returns the capabilities it exports.
    pub fn capabilities(&self) -> &BTreeSet<Capability> {
        &self.capabilities
    }

    /// Returns how many lines of its guest log were dropped since it was loaded.
    pub fn dropped_lines(&self) -> u64 {
        self.log_budget.dropped()
    }

    /// Sends it one question, in a fresh sandbox on the guests' threads.
    ///
    /// Dropping the future cancels the call.
    pub async fn call(self: &Arc<Self>, runtime: &Runtime, mut spec: CallSpec) -> CallEnd {
        let begun = Instant::now();
        let deadline = spec.deadline.or_within(spec.limits.time);
        let (budget, in_full) = (deadline.left(), deadline < spec.deadline);
        let (program, store) = (Arc::clone(self), sandbox_for(runtime, &mut spec, deadline, &self.log_budget));

        let flow = self.flow.of(spec.memory.caller());
        let ended = on_guest_threads(runtime, flow, deadline, async move |answer: oneshot::Sender<CallEnd>| {
            program.run(store, spec, deadline, |ended| _ = answer.send(ended)).await;
        });
        ended.await.unwrap_or_else(|cut| CallEnd {
            own_fault: in_full && cut.is_own_fault(),
            result: Err(cut.failure(budget)),
            repairs: Repairs::default(),
            spent: Spent { time: begun.elapsed(), ..Spent::default() },
        })
    }

    /// Sends it one question, in a fresh sandbox on the current thread: for commands and benchmarks, which have
    /// no other request to answer meanwhile.
    pub async fn call_here(&self, runtime: &Runtime, mut spec: CallSpec) -> CallEnd {
        let deadline = spec.deadline.or_within(spec.limits.time);
        let mut answer = None;
        let store = sandbox_for(runtime, &mut spec, deadline, &self.log_budget).released_here();
        let _turn = runtime.threads.pools().runs_unwatched();
        self.run(store, spec, deadline, |ended| answer = Some(ended)).await;
        answer.expect("every run ends in some way")
    }

    /// Runs one call from instantiation to the drop of its sandbox, and then calls `end`: the next call of the same caller
    /// finds the slot free. A large sandbox is released elsewhere meanwhile.
    async fn run(&self, mut store: Sandbox, spec: CallSpec, deadline: Deadline, end: impl FnOnce(CallEnd)) {
        let begun = Instant::now();
        let mut repairs = Repairs::default();
        let result = self.answer(&mut store, &spec, deadline, &mut repairs).await;
        let (result, own_fault) = match result {
            Ok(Ok(reply)) => (Ok(reply), false),
            // A bad answer included: the data of one record may be the cause.
            Ok(Err(failure)) => (Err(failure), false),
            Err(error) => {
                let fault = CallFault::classify(&error);
                // A request that is late itself leaves less time than the plugin was promised.
                let in_full = deadline < spec.deadline || fault.outcome != Outcome::DeadlineExceeded;
                let own_fault = fault.is_own && in_full;
                (Err(failure(fault, &store)), own_fault)
            }
        };
        let spent = spent(&store, spec.limits, begun);
        drop(store);
        end(CallEnd { result, own_fault, repairs, spent });
    }

    /// Runs a trial: instantiates the component, compares its types with ours, and lets it prepare and describe
    /// itself, all within one call's limits.
    ///
    /// # Errors
    ///
    /// Fails with a message for the author.
    pub async fn describe(
        self: &Arc<Self>,
        runtime: &Runtime,
        plugin: Arc<str>,
        limits: Limits,
        config: Arc<BTreeMap<String, String>>,
    ) -> Result<SelfDescription, TrialError> {
        let _trial = runtime.trials.acquire().await.expect("the semaphore is never closed");
        let deadline = Deadline::within(limits.time);
        let program = Arc::clone(self);
        let guest_log = Journal::new(plugin, to_usize(limits.log.as_u64()), Arc::clone(&self.log_budget));
        let memory = runtime.capacity.trial_memory();
        let flow = self.flow.of(memory.caller());
        let mut store = sandbox(runtime, memory, limits, deadline, guest_log, config, None);

        let described = on_guest_threads(runtime, flow, deadline, async move |answer| {
            let result = program.try_out(&mut store, deadline).await;
            let result = result.map_err(|error| {
                let fault = CallFault::classify(&error);
                let Failure { outcome, detail, .. } = failure(fault, &store);
                // An error that ended no running guest, such as a type mismatch, is a chain: location, then
                // expected and found types.
                let while_running = error.is::<WasmBacktrace>();
                let text = if outcome == Outcome::Trapped && !while_running {
                    format!("{error:#}")
                } else {
                    format!("{outcome}: {detail}")
                };
                // Parts of the text come from the guest, and go to a log or a terminal.
                TrialError::new(Printable(&text).to_string(), &error)
            });
            let _ = answer.send(result);
        });
        described.await.unwrap_or_else(|cut| Err(TrialError::late(cut.failure(limits.time).detail)))
    }

    async fn answer(
        &self,
        store: &mut Store<GuestState>,
        spec: &CallSpec,
        deadline: Deadline,
        repairs: &mut Repairs,
    ) -> wasmtime::Result<Result<Reply, Failure>> {
        let answer = pin!(async {
            let instance = self.instantiate(store).await?;
            let call = GuestCall {
                context: &spec.context,
                user: spec.context.caller.as_ref().and_then(Caller::user).filter(|_| spec.egress.grants().caller),
                names_user: spec.egress.grants().user_name,
                time_zone: spec.context.time_zone.as_ref().or(spec.time_zone.as_ref()).map(TimeZoneName::as_str),
                ask: &spec.ask,
                window: spec.window,
                time_left: deadline.left(),
                partner: &spec.partner,
                card_sizes: spec.limits.card_sizes(),
            };
            let work = store.data().work.clone();
            work.beside(pin!(self.interface.answer(&mut *store, &instance, &call, repairs))).await
        });
        within(deadline, answer).await
    }

    async fn try_out(&self, store: &mut Store<GuestState>, deadline: Deadline) -> wasmtime::Result<SelfDescription> {
        let trial = pin!(async {
            let instance = self.fresh(store).await?;
            self.interface.check_types(&mut *store, &instance)?;
            self.interface.init(&mut *store, &instance).await?.map_err(HostAbort::Init)?;
            let mut repairs = Repairs::default();
            let profile = self.interface.describe(&mut *store, &instance, &mut repairs).await?;
            let skills = self.interface.skills(&mut *store, &instance).await?;
            Ok(SelfDescription { profile, skills, repairs })
        });
        within(deadline, trial).await
    }

    async fn instantiate(&self, store: &mut Store<GuestState>) -> wasmtime::Result<Instance> {
        let instance = self.fresh(store).await?;
        self.interface.init(&mut *store, &instance).await?.map_err(HostAbort::Init)?;
        store.data_mut().reaching.begin();
        Ok(instance)
    }

    /// Returns an instance of which only the start functions have run.
    async fn fresh(&self, store: &mut Store<GuestState>) -> wasmtime::Result<Instance> {
        store.data_mut().meter.hold_beside(self.held)?;
        self.instance.instantiate_async(store).await
    }
}

/// Runs `call` until it ends or the deadline passes, whichever is first.
///
/// The store's epoch ends a guest that spins, as that one never returns from `poll`. This timer ends one that
/// sleeps in a host call, during which the epoch is not checked.
///
/// The call is passed by reference: a future that is an argument of another is stored there twice, and moved.
async fn within<T>(
    deadline: Deadline,
    call: Pin<&mut impl Future<Output = wasmtime::Result<T>>>,
) -> wasmtime::Result<T> {
    let left = deadline.left();
    match timeout_at(deadline.instant().into(), call).await {
        Ok(result) => result,
        Err(_elapsed) => Err(HostAbort::Deadline { after: left }.into()),
    }
}

/// Returns the resources that a call has used so far.
fn spent(store: &Store<GuestState>, limits: Limits, begun: Instant) -> Spent {
    Spent {
        fuel: limits.fuel.get() - store.get_fuel().unwrap_or(0),
        time: begun.elapsed(),
        memory: store.data().meter.peak(),
        host_calls: store.data().host_calls(),
    }
}

/// Returns a failure, with the lines in which a trapped guest told of it.
fn failure(fault: CallFault, store: &Store<GuestState>) -> Failure {
    let words = store.data().guest_log.last_words();
    let detail = match fault.outcome {
        Outcome::Trapped if !words.is_empty() => format!("{} ({words})", fault.detail),
        _ => fault.detail,
    };
    Failure { outcome: fault.outcome, detail, retry_after: None }
}
