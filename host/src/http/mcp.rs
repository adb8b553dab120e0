//! The Model Context Protocol (MCP), by which language models list and call the tools of the host: `/mcp` for all
//! providers that a caller may ask, `/mcp/{provider}` for one.
//!
//! Two eras of the protocol are served at one URL. In the *modern* one (2026-07-28) each request states its version, in
//! the *legacy* one (2024-11-05 to 2025-11-25) a handshake comes first; a request that carries the metadata of the
//! modern era belongs to it ([`era`]). Neither has a session here: nothing is kept from one request to the next. Every
//! answer is one JSON object, except for that of a listener ([`listen`]), which is a stream of events.
//!
//! A request takes the path of every other: deadline, authentication, rate limit, provider, body. What these refuse is
//! refused by HTTP, with an error of JSON-RPC as its body. However a tool's call fails after that, the answer is a
//! result with `isError`, whose text is the error object: the model can read it, and act on it.
//!
//! # Why it is not the SDK's
//!
//! The official SDK `rmcp` 3.11 was weighed. It reads the body itself, so that time and memory for it would be counted
//! twice or not at all; answers what it refuses with bodies of its own, in plain text; refuses an `Accept` of JSON
//! alone; and has a check of `Host` and `Origin` of its own beside the host's. Everything that it would spare is a
//! method of a few lines each: there are six.

mod call;
mod era;
mod listen;
mod listeners;
mod message;
mod reply;
mod resource;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, MatchedPath, Path, State};
use axum::http::request::Parts;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use axum::routing::post;
use tracing::debug;

use self::era::Era;
use self::listeners::Listeners;
use self::message::{RequestId, RpcError, RpcMessage};
pub(super) use self::resource::ProtectedResource;
use super::Settings;
use super::api::{Api, no_such_provider};
use super::authenticate::provenance_of;
use super::body::Whole;
use super::fault::{Fault, FaultForm};
use super::request_context::RequestContext;
use super::respond::FaultForms;
use super::route::Route;
use super::tools::OfferedTools;
use crate::auth::{CallerRejected, OwnNames};
use crate::plugin::Plugin;
use contract::InputRepairs;

/// The path of the endpoint for all providers.
const PATH: &str = "/mcp";

/// The most tools of one answer to `tools/list`.
const MOST_LISTED: usize = 128;

/// The bytes of definitions after which an answer to `tools/list` ends.
const LIST_BYTES: usize = 512 << 10;

/// The server of the protocol. Clones share it.
#[derive(Clone)]
pub(super) struct Mcp {
    api: Arc<Api>,
    names: Arc<OwnNames>,
    listeners: Listeners,
    resource: Arc<ProtectedResource>,
}

/// Returns the forms of errors by path: those of JSON-RPC at the endpoints, if these are served.
pub(super) fn fault_forms(settings: &Settings) -> FaultForms {
    let endpoint = settings.mcp.then(|| format!("{}{PATH}", settings.base_path));
    Box::new(move |path| match endpoint.as_deref().is_some_and(|endpoint| is_endpoint(endpoint, path)) {
        true => FaultForm::JsonRpc,
        false => FaultForm::Plain,
    })
}

fn is_endpoint(endpoint: &str, path: &str) -> bool {
    path.strip_prefix(endpoint).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Mcp {
    /// Creates the server of the tools of `api`.
    pub(super) fn new(settings: &Settings, api: Arc<Api>) -> Self {
        let public_name = settings.public_name.as_ref();
        let names = OwnNames::new(settings.listen, public_name.map(super::PublicName::host));
        let resource = Arc::new(ProtectedResource::new(settings, Arc::clone(&api.auth)));
        let listeners = Listeners::new(api.tools.clone());
        Self { api, names: Arc::new(names), listeners, resource }
    }

    /// The metadata by which clients find where to get a token.
    pub(super) fn resource(&self) -> Arc<ProtectedResource> {
        Arc::clone(&self.resource)
    }

    /// The routes of the endpoints.
    pub(super) fn routes(&self) -> Router {
        Router::new()
            .route(PATH, post(merged))
            .route(&format!("{PATH}/{{provider}}"), post(alone))
            .with_state(self.clone())
    }

    /// Answers one request, to the tools of the provider of this name or of all.
    async fn serve(
        &self,
        provider: Option<&str>,
        request_context: RequestContext,
        request: Request<Body>,
        path: MatchedPath,
    ) -> Response<Body> {
        let mut name = "mcp";
        let answered = self.answer(provider, request_context, request, &mut name).await;
        let mut response = answered.unwrap_or_else(Fault::into_response);
        response.extensions_mut().insert(Route { name, path: Some(path) });
        response
    }

    /// Reads the message of a request, and answers it. Sets the route's `name` by the message's method.
    async fn answer(
        &self,
        provider: Option<&str>,
        request_context: RequestContext,
        request: Request<Body>,
        name: &mut &'static str,
    ) -> Result<Response<Body>, Fault> {
        let (head, body) = request.into_parts();
        let provider = self.admit(&head, &request_context, provider)?;
        let mut held = self.api.bounds.read_json(&head.headers, body, &request_context).await?;
        let mut repairs = InputRepairs::default();
        let read = RpcMessage::read(&held.take(), &mut repairs);
        self.api.repaired.note(&repairs);
        let message = match read {
            Ok(message) => message,
            Err(error) => return Ok(error.into_response()),
        };
        debug!(method = message.known_method(), "message read");
        let Some(id) = message.id.clone() else {
            // Nothing that a client may notify the host of changes anything: cancelling is done by disconnecting.
            return Ok(reply::accepted());
        };
        let answered = match Era::of(&head.headers, &message) {
            Ok(era) => {
                let exchange = McpExchange { mcp: self, id: id.clone(), era, provider, request_context };
                exchange.answer(message, held, name).await
            }
            Err(error) => Err(error),
        };
        Ok(answered.unwrap_or_else(|error| error.of(id).into_response()))
    }

    /// Checks what can be checked by the head of a request. Returns the provider of this name.
    fn admit(
        &self,
        head: &Parts,
        request_context: &RequestContext,
        provider: Option<&str>,
    ) -> Result<Option<Arc<Plugin>>, Fault> {
        self.check_names(head)?;
        self.api.count(request_context)?;
        provider.map(|id| self.api.provider(request_context, id)).transpose()
    }

    /// Checks that no web page of another origin sent the request.
    fn check_names(&self, head: &Parts) -> Result<(), Fault> {
        self.names.check(&provenance_of(&head.headers, &head.uri)).map_err(|refused| {
            self.api.auth.counts().refused(refused.name());
            let header = if refused == CallerRejected::OtherOrigin { "Origin" } else { "Host" };
            Fault::forbidden(format!("the header `{header}` is not this host's; set `http.public-name`")).closing()
        })
    }
}

async fn merged(
    State(mcp): State<Mcp>,
    Extension(request_context): Extension<RequestContext>,
    path: MatchedPath,
    request: Request<Body>,
) -> Response<Body> {
    mcp.serve(None, request_context, request, path).await
}

async fn alone(
    State(mcp): State<Mcp>,
    provider: Result<Path<String>, PathRejection>,
    Extension(request_context): Extension<RequestContext>,
    path: MatchedPath,
    request: Request<Body>,
) -> Response<Body> {
    let Ok(Path(provider)) = provider else { return no_such_provider().into_response() };
    mcp.serve(Some(&provider), request_context, request, path).await
}

/// One request of JSON-RPC that is to be answered.
struct McpExchange<'mcp> {
    mcp: &'mcp Mcp,
    id: RequestId,
    era: Era,
    /// The provider whose tools are served, if not those of all.
    provider: Option<Arc<Plugin>>,
    request_context: RequestContext,
}

impl McpExchange<'_> {
    async fn answer(
        self,
        message: RpcMessage,
        held: Whole,
        name: &mut &'static str,
    ) -> Result<Response<Body>, RpcError> {
        let Self { era, id, .. } = &self;
        match (era, message.method.as_str()) {
            (Era::Legacy, "initialize") => Ok(reply::initialized(id, &message.params)),
            (Era::Legacy, "ping") => Ok(reply::result(id, *era, "")),
            (Era::Modern, "server/discover") => Ok(reply::discovered(id)),
            (_, "tools/list") => {
                *name = "mcp-tools-list";
                self.list(&message)
            }
            (_, "tools/call") => {
                *name = "mcp-tools-call";
                self.call(message, held).await
            }
            (Era::Modern, "subscriptions/listen") => {
                *name = "mcp-listen";
                self.listen(&message)
            }
            _ => Err(RpcError::no_such_method(*era)),
        }
    }

    /// Lists the tools, as many as fit into one answer.
    fn list(&self, message: &RpcMessage) -> Result<Response<Body>, RpcError> {
        let begin = match message.params.get("cursor") {
            None | Some(serde_json::Value::Null) => 0,
            Some(cursor) => cursor
                .as_str()
                .and_then(|cursor| cursor.parse().ok())
                .ok_or_else(|| RpcError::invalid_params("the cursor is not one of this server's"))?,
        };
        let tools = OfferedTools::new(&self.mcp.api, &self.request_context, self.provider.clone());
        let definitions = tools.definitions();
        let mut bytes = 0;
        let fitting = definitions.iter().skip(begin).take(MOST_LISTED).take_while(|definition| {
            let fits = bytes < LIST_BYTES;
            bytes += definition.len();
            fits
        });
        let fitting: Vec<&str> = fitting.copied().collect();
        let next = begin.saturating_add(fitting.len());
        let next = (next < definitions.len()).then_some(next);
        Ok(reply::listed(&self.id, self.era, &fitting, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_at_the_endpoints_have_the_form_of_json_rpc() {
        for (path, is_one) in [
            ("/insights/mcp", true),
            ("/insights/mcp/contoso-hub", true),
            ("/mcp", false),
            ("/insights/mcpx", false),
            ("/insights/api/record-summary", false),
        ] {
            assert_eq!(is_endpoint("/insights/mcp", path), is_one, "{path}");
        }
    }

    #[test]
    fn a_host_without_the_protocol_has_plain_errors_everywhere() {
        let settings = Settings { mcp: false, ..Settings::default() };

        assert_eq!(fault_forms(&settings)("/mcp"), FaultForm::Plain);
        assert_eq!(fault_forms(&Settings::default())("/mcp"), FaultForm::JsonRpc);
    }
}
