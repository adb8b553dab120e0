//! The routes of tools for API plugins, which are described by an OpenAPI document: flat inputs by query or by body,
//! and the answer as it is.

use axum::Router;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{self, Request, Response};
use axum::routing::get;
use serde_json::Map;

use super::api::{Api, no_such_provider, written};
use super::fault::Fault;
use super::request_context::RequestContext;
use super::response_lists::{self, PARTIAL};
use super::route::named;
use super::tools::{MOST_VALUES, OfferedTools};
use contract::{ErrorCode, InputRepairs, Method};
use net::telemetry::metrics::ToolDoor;

/// The routes of the tools of all providers together and of each alone.
pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new()
        .route("/api/agent/{tool}", named("agent", get(merged).post(merged)))
        .route("/api/providers/{provider}/agent/{tool}", named("agent", get(alone).post(alone)))
}

async fn merged(
    State(api): State<Arc<Api>>,
    tool: Result<Path<String>, PathRejection>,
    Extension(request_context): Extension<RequestContext>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let Ok(Path(tool)) = tool else { return Err(no_such_tool()) };
    answer(&api, None, &tool, &request_context, request).await
}

async fn alone(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
    Extension(request_context): Extension<RequestContext>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let Ok(Path((id, tool))) = path else { return Err(no_such_provider()) };
    answer(&api, Some(&id), &tool, &request_context, request).await
}

fn no_such_tool() -> Fault {
    Fault::not_found("there is no such tool; the method `tools/list` of `/mcp` names them")
}

async fn answer(
    api: &Api,
    provider: Option<&str>,
    name: &str,
    request_context: &RequestContext,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let (head, body) = request.into_parts();
    api.count(request_context)?;
    let provider = provider.map(|id| api.provider(request_context, id)).transpose()?;
    let tool = OfferedTools::new(api, request_context, provider).find(name).ok_or_else(|| {
        api.tools.misdirected(ToolDoor::Agent, ErrorCode::NotFound);
        no_such_tool()
    })?;
    let mut held = None;
    let mut repairs = InputRepairs::default();
    let read = if head.method == http::Method::POST {
        let body = held.insert(api.bounds.read_json(&head.headers, body, request_context).await?).take();
        let inputs = match body.trim_ascii() {
            b"" => Ok(Map::new()),
            body => contract::read_body(body, MOST_VALUES, &mut repairs),
        };
        inputs.and_then(|inputs| tool.read(inputs, &mut repairs))
    } else if tool.method() == Method::Post {
        return Err(Fault::method_not_allowed().allowing("POST"));
    } else {
        tool.read_query(head.uri.query(), &mut repairs)
    };
    api.repaired.note(&repairs);
    let called = tool.call(api, ToolDoor::Agent, read, held, request_context).await?;
    let mut response = written(called.answer.json.into_bytes(), &called.answer.languages);
    if api.name_providers && !called.missing.is_empty() {
        response.headers_mut().insert(PARTIAL, response_lists::missing(&called.missing));
    }
    Ok(response)
}
