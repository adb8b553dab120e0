//! Listening for changes of tools (`subscriptions/listen`): a stream of server-sent events, which ends by itself.
//!
//! A change is told once for each change of the catalog that concerns a provider which the listener may ask. The
//! connection of a listener counts as one that waits for a request: if there is no place for others, it is closed
//! first.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response};
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Map, Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep, sleep_until};

use super::listeners::ListenerPlace;
use super::message::{RequestId, RpcError, RpcMessage};
use super::{McpExchange, reply};
use crate::auth::Providers;
use crate::http::Readiness;
use crate::http::fault::Fault;
use contract::ProviderId;

/// The time after which a listener has to ask again.
const LONGEST: Duration = Duration::from_secs(600);

/// The time between signs of life. Proxies that are set to the agent's budget close what is silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// The header by which proxies are told to pass on each event at once.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

impl McpExchange<'_> {
    /// Begins to listen.
    pub(super) fn listen(self, message: &RpcMessage) -> Result<Response<Body>, RpcError> {
        let Some(Value::Object(wanted)) = message.params.get("notifications") else {
            return Err(RpcError::invalid_params("`notifications` must be an object"));
        };
        let wants_tools = wanted.get("toolsListChanged") == Some(&Value::Bool(true));
        let Self { mcp, id, provider, request_context, .. } = self;
        let Some(place) = mcp.listeners.enter(request_context.caller) else {
            return Ok(Fault::throttled(None).into_response());
        };
        let listener = Listener {
            id,
            wants_tools,
            permitted: request_context.providers,
            // Its version may be replaced meanwhile, and is not to be kept for a listener.
            alone: provider.map(|provider| provider.id().clone()),
            swaps: mcp.api.registry.swaps(),
            readiness: mcp.api.readiness.clone(),
            until: Instant::now() + LONGEST,
            is_acknowledged: false,
            _place: place,
        };
        let events = stream::unfold(Some(listener), async |listener| {
            let (event, listener) = listener?.next().await;
            Some((Ok::<_, Infallible>(event), listener))
        });
        let mut response = Response::new(Body::from_stream(events));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        response.headers_mut().insert(UNBUFFERED, HeaderValue::from_static("no"));
        Ok(response)
    }
}

/// A listener, until its stream ends.
struct Listener {
    id: RequestId,
    wants_tools: bool,
    permitted: Providers,
    /// The provider whose tools it hears of, if not of all.
    alone: Option<ProviderId>,
    swaps: Receiver<ProviderId>,
    readiness: Readiness,
    until: Instant,
    is_acknowledged: bool,
    _place: ListenerPlace,
}

impl Listener {
    /// Waits for the next event. The listener is gone after the last one.
    async fn next(mut self) -> (Bytes, Option<Self>) {
        if !self.is_acknowledged {
            self.is_acknowledged = true;
            let honoured = if self.wants_tools { json!({ "toolsListChanged": true }) } else { json!({}) };
            let params = json!({ "_meta": self.meta(), "notifications": honoured });
            return (notification("notifications/subscriptions/acknowledged", &params), Some(self));
        }
        let told = tokio::select! {
            biased;
            () = self.readiness.drained() => None,
            () = sleep_until(self.until) => None,
            () = changed(&mut self.swaps, &self.permitted, self.alone.as_ref()), if self.wants_tools => {
                Some(notification("notifications/tools/list_changed", &json!({ "_meta": self.meta() })))
            }
            () = sleep(KEEP_ALIVE) => Some(Bytes::from_static(b":\n\n")),
        };
        match told {
            Some(event) => (event, Some(self)),
            None => (event(&reply::ended(&self.id, self.meta())), None),
        }
    }

    /// The metadata of each event, which names the request that it belongs to.
    fn meta(&self) -> Map<String, Value> {
        Map::from_iter([("io.modelcontextprotocol/subscriptionId".to_owned(), self.id.value().clone())])
    }
}

/// Waits for a change of a provider that the listener may ask.
async fn changed(swaps: &mut Receiver<ProviderId>, permitted: &Providers, alone: Option<&ProviderId>) {
    loop {
        match swaps.recv().await {
            Ok(id) if permitted.permit(id.as_str()) && alone.is_none_or(|alone| *alone == id) => return,
            Ok(_of_others) => {}
            // Some were missed, and one of them may have been of interest.
            Err(RecvError::Lagged(_)) => return,
            // The registry lives as long as the server.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn notification(method: &str, params: &Value) -> Bytes {
    event(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string())
}

/// An event of server-sent events. JSON has no line breaks.
fn event(json: &str) -> Bytes {
    Bytes::from(format!("event: message\ndata: {json}\n\n"))
}
