//! The target of requests: a connector over HTTP, or a component that is run directly.

use std::time::Duration;

use bytes::Bytes;

use super::Probe;

/// An operation or skill that answers requests.
pub trait Target {
    /// Sends a request, and waits for the answer a little longer than the agent would.
    fn ask(&self, probe: &Probe) -> impl Future<Output = Served>;
}

/// A reply, and the time that it took.
#[derive(Debug)]
pub struct Served {
    /// The response, or the reason that there is none.
    pub reply: Exchange,
    /// The time from sending to the last byte.
    pub took: Duration,
}

/// The outcome of a request.
#[derive(Debug)]
pub enum Exchange {
    /// A whole answer.
    Answer(TargetResponse),
    /// No answer came in time.
    TimedOut,
    /// No whole answer came, for this reason.
    Broken(String),
    /// No answer came, and the target has reported it by itself.
    Nothing,
}

/// A whole answer.
#[derive(Debug)]
pub struct TargetResponse {
    /// The status code.
    pub status: u16,
    /// The header `content-type`.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}
