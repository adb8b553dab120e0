//! Reading of a request's JSON body, limited in size and time. Its memory is counted while it is held.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::time::timeout_at;

use super::fault::Fault;
use super::request_context::RequestContext;
use admission::{Capacity, Held};
use net::extend_within;

/// The limits of a body.
#[derive(Clone)]
pub(super) struct BodyLimits {
    pub(super) size: usize,
    /// Time for the body to arrive, from the request's arrival.
    pub(super) time: Duration,
    /// Capacity of the host, of which bodies take memory.
    pub(super) capacity: Arc<Capacity>,
}

/// A complete body. Its memory is counted until it is dropped.
pub(super) struct Whole {
    bytes: Vec<u8>,
    held: Held,
}

impl Whole {
    /// Takes the bytes out. Their memory is still counted until the body is dropped.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

impl BodyLimits {
    /// Reads a JSON body.
    ///
    /// # Errors
    ///
    /// Fails with 415 if it is not plain JSON, 413 if it is too large, 408 if it does not come in
    /// time, 429 if there is no memory for it, 400 if it breaks off.
    pub(super) async fn read_json(
        &self,
        headers: &HeaderMap,
        body: Body,
        request_context: &RequestContext,
    ) -> Result<Whole, Fault> {
        // An absent body needs no content type. It is enough for a chat skill without parameters.
        if !body.is_end_stream() {
            check_type(headers)?;
        }
        let declared = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > self.size as u64) {
            return Err(Fault::body_too_large(self.size));
        }
        let by = (request_context.at + self.time).min(request_context.deadline.instant());
        let held = Held::new(self.capacity.request_memory(request_context.caller));
        let most = declared.map_or(self.size, |length| usize::try_from(length).unwrap_or(self.size));
        timeout_at(by.into(), self.collect(body, most, held))
            .await
            .unwrap_or_else(|_elapsed| Err(Fault::body_too_slow(self.time)))
    }

    async fn collect(&self, mut body: Body, most: usize, held: Held) -> Result<Whole, Fault> {
        let mut whole = Whole { bytes: Vec::new(), held };
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_broken| Fault::invalid_request("the body broke off or is malformed"))?;
            let Ok(data) = frame.into_data() else { continue };
            if whole.bytes.len() + data.len() > most {
                return Err(Fault::body_too_large(self.size));
            }
            whole.held.grow(data.len()).map_err(|_| Fault::throttled(None))?;
            extend_within(&mut whole.bytes, &data, most);
        }
        Ok(whole)
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Fault> {
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Fault::unsupported("the body must not be encoded: leave `Content-Encoding` out"));
    }
    let essence = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()?.split(';').next());
    let is_json = essence.is_some_and(|essence| {
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    });
    if is_json {
        Ok(())
    } else {
        Err(Fault::unsupported("the body must be JSON: send `Content-Type: application/json`"))
    }
}
