//! The routes: one for each operation of the contract, for all providers and for one alone.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Request, Response};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, http};

use super::body::{BodyLimits, Whole};
use super::connection::PAUSES;
use super::context;
use super::documents::DocumentCache;
use super::fault::Fault;
use super::repaired::RepairedInputs;
use super::request_context::RequestContext;
use super::response_lists::{self, PARTIAL};
use super::route::named;
use super::{Readiness, ServerStatus, Settings, agent, documents};
use crate::auth::Auth;
use crate::dispatch::{Merged, dispatch};
use crate::plugin::{Plugin, PluginRegistry, QuestionGuard};
use admission::{CallerLimit, whole_seconds};
use contract::{self, Ask, ChatQuestion, InputRepairs, OPERATIONS, Operation, Question, Reply};
use net::telemetry::metrics::ToolMetrics;
use net::to_usize;

/// Bytes that an answer of a few insights takes. More are fetched as needed.
const USUAL_ANSWER: usize = 2 << 10;

/// The state that the handlers share.
pub(super) struct Api {
    pub(super) registry: Arc<PluginRegistry>,
    /// The callers that are accepted, which definitions state.
    pub(super) auth: Arc<Auth>,
    /// The definitions of the host's operations, if its name for callers is set.
    pub(super) documents: Option<Arc<DocumentCache>>,
    /// The time that a caller has to read a definition.
    pub(super) time_to_read: Duration,
    /// The metrics of tools.
    pub(super) tools: ToolMetrics,
    /// The readiness of the server, which ends with it.
    pub(super) readiness: Readiness,
    /// The most bytes of a tool's answer.
    pub(super) tool_answer: usize,
    pub(super) bounds: BodyLimits,
    callers: Option<CallerLimit>,
    pub(super) repaired: RepairedInputs,
    pub(super) name_providers: bool,
}

impl Api {
    /// Creates the state of the public server with this status.
    pub(super) fn new(
        settings: &Settings,
        registry: Arc<PluginRegistry>,
        auth: Arc<Auth>,
        status: &ServerStatus,
    ) -> Self {
        let size = to_usize(settings.body.as_u64());
        let bounds = BodyLimits { size, time: settings.body_time, capacity: Arc::clone(registry.runtime().capacity()) };
        let callers = settings.caller_rate.map(CallerLimit::new);
        let location = settings.public_name.as_ref().map(|name| name.location(&settings.base_path));
        let documents =
            location.map(|location| Arc::new(DocumentCache::new(location, Arc::clone(bounds.capacity.memory()))));
        let time_to_read = PAUSES * settings.write_time;
        let tools = status.requests.tools().clone();
        tools.begin();
        Self {
            registry,
            auth,
            documents,
            time_to_read,
            tools,
            readiness: status.readiness.clone(),
            tool_answer: to_usize(settings.tool_answer.as_u64()),
            bounds,
            callers,
            repaired: RepairedInputs::new(status.requests.clone()),
            name_providers: settings.name_providers,
        }
    }

    /// Counts a question for the rate limit of its caller.
    pub(super) fn count(&self, request_context: &RequestContext) -> Result<(), Fault> {
        let Some(callers) = &self.callers else { return Ok(()) };
        callers.check(request_context.caller).map_err(|wait| Fault::throttled(Some(whole_seconds(wait))))
    }

    /// The provider of this name, as currently loaded. The request uses it to its end.
    ///
    /// A caller that may not ask the provider does not learn whether it exists.
    pub(super) fn provider(&self, request_context: &RequestContext, id: &str) -> Result<Arc<Plugin>, Fault> {
        if !request_context.providers.permit(id) {
            return Err(Fault::not_permitted());
        }
        self.registry.catalog().provider(id).cloned().ok_or_else(no_such_provider)
    }
}

impl Api {
    /// Calls the providers, and merges their answers.
    pub(super) async fn ask(
        &self,
        providers: Vec<Arc<Plugin>>,
        ask: Ask,
        held: Option<Whole>,
        request_context: &RequestContext,
    ) -> Result<Merged, Fault> {
        let answer = dispatch(
            self.registry.runtime(),
            providers,
            ask,
            held.map(|body| -> QuestionGuard { Box::new(body) }),
            Arc::clone(&request_context.context),
            request_context.caller,
            request_context.deadline,
        );
        answer.await.map_err(|error| Fault::no_answer(error, self.name_providers))
    }
}

/// The routes of all questions.
pub(super) fn routes(api: Arc<Api>) -> Router {
    let mut router = Router::new().route("/api/providers/{provider}/chat/{skill}", named("chat", get(chat).post(chat)));
    for operation in OPERATIONS {
        router = router
            .route(&format!("/api/{}", operation.path), named(operation.path, merged(operation)))
            .route(&format!("/api/providers/{{provider}}/{}", operation.path), named(operation.path, alone(operation)));
    }
    router.merge(documents::routes()).merge(agent::routes()).with_state(api)
}

/// The handler of an operation answered by all providers.
fn merged(operation: &'static Operation) -> MethodRouter<Arc<Api>> {
    let handler = async move |State(api): State<Arc<Api>>,
                              Extension(request_context): Extension<RequestContext>,
                              request: Request<Body>| {
        let mut providers = api.registry.catalog().providers_of(operation.capability);
        // To a caller, providers that it may not ask do not exist.
        providers.retain(|provider| request_context.providers.permit(provider.id().as_str()));
        answer(&api, providers, operation, &request_context, request).await
    };
    on(operation.method, handler)
}

/// The handler of an operation answered by the provider in the path.
fn alone(operation: &'static Operation) -> MethodRouter<Arc<Api>> {
    let handler = async move |State(api): State<Arc<Api>>,
                              provider: Result<Path<String>, PathRejection>,
                              Extension(request_context): Extension<RequestContext>,
                              request: Request<Body>| {
        let Ok(Path(id)) = provider else { return Err(no_such_provider()) };
        let provider = api.provider(&request_context, &id)?;
        let providers = Some(provider).filter(|provider| provider.capabilities().contains(&operation.capability));
        answer(&api, providers.into_iter().collect(), operation, &request_context, request).await
    };
    on(operation.method, handler)
}

fn on<H, T>(method: contract::Method, handler: H) -> MethodRouter<Arc<Api>>
where
    H: axum::handler::Handler<T, Arc<Api>>,
    T: 'static,
{
    match method {
        contract::Method::Get => get(handler),
        contract::Method::Post => post(handler),
    }
}

/// Reads the question, calls the providers and writes their answer.
async fn answer(
    api: &Api,
    providers: Vec<Arc<Plugin>>,
    operation: &'static Operation,
    request_context: &RequestContext,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    api.count(request_context)?;
    let (head, body) = request.into_parts();
    // The question holds the contents of the body, so the body's memory counts as long as the question lives.
    let mut held = None;
    let mut repairs = InputRepairs::default();
    let read = match operation.method {
        contract::Method::Get => contract::Request::from_query(operation, head.uri.query(), &mut repairs),
        contract::Method::Post => {
            let body = held.insert(api.bounds.read_json(&head.headers, body, request_context).await?);
            contract::Request::from_body(operation, &body.take(), &mut repairs)
        }
    };
    let mut question = read.inspect_err(|_| api.repaired.note(&repairs))?;
    if let Question::EmailDraft(draft) = &mut question.question {
        draft.add_header_ids(context::header_ids(&head.headers, &mut repairs));
    }
    api.repaired.note(&repairs);
    put(api, providers, Ask::Page(Box::new(question)), held, request_context).await
}

/// The handler of a question to one chat skill, by query or by body.
async fn chat(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
    Extension(request_context): Extension<RequestContext>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    api.count(&request_context)?;
    let Ok(Path((id, name))) = path else { return Err(no_such_provider()) };
    let provider = api.provider(&request_context, &id)?;
    let skill = provider.skill(&name).ok_or_else(|| Fault::not_found("this provider has no such skill"))?;

    let (head, body) = request.into_parts();
    let mut held = None;
    let mut repairs = InputRepairs::default();
    let question = if head.method == Method::POST {
        let body = held.insert(api.bounds.read_json(&head.headers, body, &request_context).await?);
        ChatQuestion::from_body(skill, &body.take(), &mut repairs)
    } else {
        ChatQuestion::from_query(skill, head.uri.query(), &mut repairs)
    };
    api.repaired.note(&repairs);
    put(&api, vec![provider], Ask::Chat(question?), held, &request_context).await
}

async fn put(
    api: &Api,
    providers: Vec<Arc<Plugin>>,
    ask: Ask,
    held: Option<Whole>,
    request_context: &RequestContext,
) -> Result<Response<Body>, Fault> {
    let answer = api.ask(providers, ask, held, request_context).await?;
    let mut response = match &answer.reply {
        Reply::Page(page) => json(page, &page.languages),
        Reply::Chat(chat) => json(chat, &chat.languages),
    };
    if api.name_providers && !answer.missing.is_empty() {
        response.headers_mut().insert(PARTIAL, response_lists::missing(&answer.missing));
    }
    Ok(response)
}

pub(super) fn no_such_provider() -> Fault {
    Fault::not_found("there is no such provider")
}

/// Creates a JSON response in these languages.
pub(super) fn json(answer: &impl serde::Serialize, languages: &[String]) -> Response<Body> {
    let mut body = Vec::with_capacity(USUAL_ANSWER);
    serde_json::to_writer(&mut body, answer).expect("texts, numbers and maps of texts serialise");
    written(body, languages)
}

/// Creates a response of this JSON in these languages.
pub(super) fn written(body: Vec<u8>, languages: &[String]) -> Response<Body> {
    let mut response = Body::from(body).into_response();
    let headers: &mut http::HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(languages) = response_lists::languages(languages) {
        headers.insert(CONTENT_LANGUAGE, languages);
    }
    response
}
