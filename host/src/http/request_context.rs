//! The request context: what handlers know about a request besides its head and body.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::auth::Providers;
use admission::CallerKey;
use contract::{Context, Deadline};

/// The request context, fixed at the request's arrival. Authentication adds the caller.
#[derive(Clone)]
pub(crate) struct RequestContext {
    /// Time at which the head had been read.
    pub(super) at: Instant,
    /// Deadline of the answer.
    pub(super) deadline: Deadline,
    /// Context read from the headers.
    pub(super) context: Arc<Context>,
    /// Address of the client.
    pub(crate) peer: IpAddr,
    /// Caller whose rate limit it counts for.
    pub(super) caller: CallerKey,
    /// Providers that the caller may ask.
    pub(super) providers: Providers,
}
