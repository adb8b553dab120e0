//! A foreign server of the Model Context Protocol: it answers as a test says, by default as an honest server of somebody
//! who has none of this host's conventions.
//!
//! ```ignore
//! let server = McpServer::that(|asked| McpAnswered { status: 500, ..honest(asked) });
//! ```

mod honest;
mod plain;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, Response};
use serde_json::Value;

use crate::served::Served;
pub use honest::{TOKEN, honest, protected};
pub use plain::plain;

/// A running server. It ends when it is dropped.
#[derive(Debug)]
pub struct McpServer(Served);

/// A request that a server received.
#[derive(Clone, Debug)]
pub struct McpAsked {
    /// Method of HTTP.
    pub method: String,
    /// Path.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
    /// The body as JSON; null if it is none.
    pub message: Value,
}

/// The answer of a server, and its delay.
#[derive(Clone, Debug)]
pub struct McpAnswered {
    /// Delay of the answer.
    pub after: Duration,
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: String,
}

impl McpAsked {
    /// Returns a header as text; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the method of JSON-RPC; empty if there is none.
    #[must_use]
    pub fn rpc(&self) -> &str {
        self.message["method"].as_str().unwrap_or_default()
    }

    /// Returns the name of the tool that is called; empty if there is none.
    #[must_use]
    pub fn tool(&self) -> &str {
        self.message["params"]["name"].as_str().unwrap_or_default()
    }

    /// Returns the version of the protocol that the request states; empty if it states none.
    #[must_use]
    pub fn version(&self) -> &str {
        self.header("mcp-protocol-version")
    }
}

impl McpAnswered {
    /// Returns an answer without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { after: Duration::ZERO, status, headers: Vec::new(), body: String::new() }
    }

    /// Returns an answer of JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { headers, body: body.to_string(), ..Self::empty(status) }
    }

    /// Sets a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(own, _)| *own != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Returns the body as JSON; null if it is none.
    #[must_use]
    pub fn message(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl McpServer {
    /// Starts a server that answers with the result of `says`.
    ///
    /// # Panics
    ///
    /// Panics if there is no port or no thread for it.
    #[must_use]
    pub fn that(says: impl Fn(&McpAsked) -> McpAnswered + Send + Sync + 'static) -> Self {
        let says = Arc::new(says);
        Self(Served::by(move |request| {
            let says = Arc::clone(&says);
            async move { respond(says(&read(request).await)).await }
        }))
    }

    /// Returns the URL of its endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.0.address)
    }
}

async fn read(request: Request<Incoming>) -> McpAsked {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    McpAsked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        headers: head.headers,
        message: serde_json::from_slice(&body).unwrap_or_default(),
        body,
    }
}

async fn respond(answered: McpAnswered) -> Response<Full<Bytes>> {
    if !answered.after.is_zero() {
        tokio::time::sleep(answered.after).await;
    }
    let response = Response::builder().status(answered.status);
    let response = answered.headers.iter().fold(response, |response, (name, value)| response.header(*name, value));
    response.body(Full::new(answered.body.into())).expect("tests name headers and statuses that there are")
}
