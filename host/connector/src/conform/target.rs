//! What is asked, and what comes of it: a connector over HTTP, or a component by itself.

use std::time::Duration;

use bytes::Bytes;

use super::Probe;

/// One operation or skill, to which questions are put.
pub trait Target {
    /// Puts a question to it, and waits a little longer than the agent would.
    async fn ask(&self, probe: &Probe) -> Heard;
}

/// What came, and after which time.
#[derive(Debug)]
pub struct Heard {
    pub reply: Reply,
    pub took: Duration,
}

/// What came.
#[derive(Debug)]
pub enum Reply {
    /// A whole answer.
    Answer(Answer),
    /// Nothing, in all the time that was waited.
    TimedOut,
    /// No whole answer; why, in words.
    Broken(String),
    /// Nothing, which whoever was asked tells by itself.
    Nothing,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Bytes,
}
