//! Calls of tools.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use axum::http::header::CONTENT_LANGUAGE;
use serde_json::{Map, Value};
use tracing::Instrument;

use super::era::name_of;
use super::message::{RpcError, RpcMessage};
use super::{McpExchange, reply};
use crate::http::body::Whole;
use crate::http::fault::Fault;
use crate::http::response_lists;
use crate::http::tools::{Called, ChosenTool, OfferedTools};
use contract::{Context, ErrorCode, InputRepairs, Outcome, ProviderId};
use net::telemetry::metrics::ToolDoor;
use net::trace::ToolSpan;

/// The member of a result's metadata that names providers missing from it, with their outcomes.
const PARTIAL: &str = "insight-host/partial";

/// The member of a request's metadata that states the user's language.
const LOCALE: &str = "openai/locale";

/// The member of a request's metadata that names the caller's span.
const TRACEPARENT: &str = "traceparent";

/// The most providers that a result names as missing.
const MOST_MISSING: usize = 8;

impl McpExchange<'_> {
    /// Calls a tool. The body of the request is `held` as long as its question.
    pub(super) async fn call(mut self, mut message: RpcMessage, held: Whole) -> Result<Response<Body>, RpcError> {
        let (tool, arguments) = self.chosen(&mut message.params).map_err(|(code, error)| {
            self.mcp.api.tools.misdirected(ToolDoor::Mcp, code);
            error
        })?;
        let name = name_of(&message.params)?;
        let traceparent = self.adopt(message.meta());
        let span = ToolSpan::begin(name, traceparent.as_deref());
        let api = &self.mcp.api;
        let mut repairs = InputRepairs::default();
        let read = tool.read(arguments, &mut repairs);
        api.repaired.note(&repairs);
        let call = tool.call(api, ToolDoor::Mcp, read, Some(held), &self.request_context);
        let called = call.instrument(span.span().clone()).await;
        span.ended(called.is_ok());
        Ok(match called {
            Ok(called) => self.answered(called),
            Err(fault) => self.failed(&fault),
        })
    }

    /// Returns the tool that a call names, and its arguments.
    ///
    /// # Errors
    ///
    /// Fails, with the code that the metrics show, if the call names none or has no object of arguments.
    fn chosen(
        &self,
        params: &mut Map<String, Value>,
    ) -> Result<(ChosenTool, Map<String, Value>), (ErrorCode, RpcError)> {
        let arguments = match params.remove("arguments") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(arguments)) => arguments,
            Some(_) => {
                let error = RpcError::invalid_params("`arguments` must be an object");
                return Err((ErrorCode::InvalidRequest, error));
            }
        };
        let name = name_of(params).map_err(|error| (ErrorCode::InvalidRequest, error))?;
        let tools = OfferedTools::new(&self.mcp.api, &self.request_context, self.provider.clone());
        let missing =
            || (ErrorCode::NotFound, RpcError::invalid_params("there is no such tool; `tools/list` names them"));
        Ok((tools.find(name).ok_or_else(missing)?, arguments))
    }

    /// Takes over the language of the user, and the span of the caller, that come with a call. Returns the span.
    fn adopt(&mut self, meta: Option<&Map<String, Value>>) -> Option<String> {
        let member = |name: &str| meta.and_then(|meta| meta.get(name)).and_then(Value::as_str);
        let language = member(LOCALE).and_then(contract::language);
        let traceparent = member(TRACEPARENT).and_then(|text| contract::traceparent(text.as_bytes()));
        if language.is_none() && traceparent.is_none() {
            return None;
        }
        let mut context = Context::clone(&self.request_context.context);
        if let Some(language) = language {
            context.languages = vec![language];
        }
        context.traceparent = traceparent.clone().or(context.traceparent);
        self.request_context.context = Arc::new(context);
        traceparent
    }

    fn answered(&self, called: Called) -> Response<Body> {
        let Called { answer, missing } = called;
        let text = Value::String(answer.json);
        let json = text.as_str().unwrap_or_default();
        let members =
            format!(r#""content":[{{"type":"text","text":{text}}}],"structuredContent":{json},"isError":false"#);
        let mut meta = Map::new();
        if self.mcp.api.name_providers && !missing.is_empty() {
            meta.insert(PARTIAL.to_owned(), partial(&missing));
        }
        let mut response = reply::result_with(&self.id, self.era, &members, meta);
        if let Some(languages) = response_lists::languages(&answer.languages) {
            response.headers_mut().insert(CONTENT_LANGUAGE, languages);
        }
        response
    }

    /// The result of a call that failed. It has no structured content, which would have to be of the tool's schema.
    fn failed(&self, fault: &Fault) -> Response<Body> {
        let error = serde_json::to_string(&fault.body()).expect("texts and maps of texts serialise");
        let text = Value::String(error);
        let members = format!(r#""content":[{{"type":"text","text":{text}}}],"isError":true"#);
        reply::result(&self.id, self.era, &members)
    }
}

/// The first missing providers, with their outcomes.
fn partial(missing: &[(ProviderId, Outcome)]) -> Value {
    let named = missing.iter().take(MOST_MISSING);
    named.map(|(provider, outcome)| (provider.to_string(), Value::from(outcome.name()))).collect::<Map<_, _>>().into()
}
