//! A fake connector: a server that answers the agent's requests, correctly or with the faults of a test.
//!
//! ```ignore
//! let connector = Connector::that(|asked| Answered { status: 500, ..good(asked) });
//! ```

mod definition;
mod good;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};

use crate::served::Served;
pub use definition::{definition, definition_of, openapi};
pub use good::good;

/// A running connector. It ends when it is dropped.
#[derive(Debug)]
pub struct Connector(Served);

/// A request that a connector received.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method.
    pub method: String,
    /// Path.
    pub path: String,
    /// Query, as it was sent.
    pub query: String,
    /// `Accept-Language`.
    pub language: String,
    /// `Authorization`.
    pub authorization: String,
    /// Body.
    pub body: Bytes,
}

/// The answer of a connector, and its delay.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Delay of the answer.
    pub after: Duration,
    /// Status.
    pub status: u16,
    /// Content type.
    pub content_type: &'static str,
    /// Body.
    pub body: String,
}

impl Connector {
    /// Starts a connector that answers with the result of `says`.
    ///
    /// # Panics
    ///
    /// Panics if there is no port or no thread for it.
    #[must_use]
    pub fn that(says: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> Self {
        let says = Arc::new(says);
        Self(Served::by(move |request| {
            let says = Arc::clone(&says);
            async move { respond(says(&read(request).await)).await }
        }))
    }

    /// Returns its base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }
}

async fn read(request: Request<Incoming>) -> Asked {
    let (head, body) = request.into_parts();
    let header =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        language: header("accept-language"),
        authorization: header("authorization"),
        body: body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default(),
    }
}

async fn respond(answered: Answered) -> Response<Full<Bytes>> {
    if !answered.after.is_zero() {
        tokio::time::sleep(answered.after).await;
    }
    let response = Response::builder().status(answered.status).header("content-type", answered.content_type);
    response.body(Full::new(answered.body.into())).expect("tests name statuses that there are")
}
