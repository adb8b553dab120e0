//! A response that is read as it comes, and no further than is needed: a stream of events may have no end.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{HeaderMap, Request};
use tokio::time::timeout_at;

use super::{ANSWER, Base};
use net::{chain, fetch};

/// A response as far as it was read.
#[derive(Debug)]
pub(in crate::conform) struct StreamedResponse {
    pub(in crate::conform) status: u16,
    pub(in crate::conform) headers: HeaderMap,
    pub(in crate::conform) body: Vec<u8>,
    /// The time from sending to the last byte that was read.
    pub(in crate::conform) took: Duration,
    pub(in crate::conform) end: StreamEnd,
}

/// The reason why no more of a response was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::conform) enum StreamEnd {
    /// There is no more.
    Whole,
    /// The reader had enough.
    Enough,
    /// The time is over.
    TimedOut,
    /// It has more bytes than are read.
    TooLarge,
    /// It broke off, for this reason.
    Broken(String),
}

/// The reason why not even the head of a response came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::conform) enum Unanswered {
    /// None came in time.
    TimedOut,
    /// There is no connection, or it broke off.
    Broken(String),
}

impl Base {
    /// Sends a request, and reads the response until `is_enough` says so of its headers and the bytes that came last, or
    /// until this `time` after the request or `rest` after the head of the response is over.
    pub(in crate::conform) async fn stream(
        &self,
        request: Request<Bytes>,
        time: Duration,
        rest: Duration,
        mut is_enough: impl FnMut(&HeaderMap, &[u8]) -> bool,
    ) -> Result<StreamedResponse, Unanswered> {
        let begun = Instant::now();
        let until = tokio::time::Instant::from_std(begun + time);
        let response = match timeout_at(until, self.client.begin(request)).await {
            Err(_elapsed) => return Err(Unanswered::TimedOut),
            Ok(Err(error @ (fetch::Error::Send(_) | fetch::Error::Body(_) | fetch::Error::TimedOut(_)))) => {
                return Err(Unanswered::Broken(chain(&error)));
            }
            Ok(Ok(response)) => response,
        };
        let until = until.min(tokio::time::Instant::now() + rest);
        let (head, mut incoming) = response.into_parts();
        let mut body = Vec::new();
        let end = loop {
            let frame = match timeout_at(until, incoming.frame()).await {
                Err(_elapsed) => break StreamEnd::TimedOut,
                Ok(None) => break StreamEnd::Whole,
                Ok(Some(Err(error))) => break StreamEnd::Broken(chain(&error)),
                Ok(Some(Ok(frame))) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            if body.len() + data.len() > ANSWER {
                break StreamEnd::TooLarge;
            }
            body.extend_from_slice(&data);
            if is_enough(&head.headers, &data) {
                break StreamEnd::Enough;
            }
        };
        Ok(StreamedResponse { status: head.status.as_u16(), headers: head.headers, body, took: begun.elapsed(), end })
    }
}
