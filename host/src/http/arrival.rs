//! What the handlers of a route know of their request besides its parts.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::auth::Providers;
use admission::CallerKey;
use contract::Context;
use contract::Deadline;

/// A request as it arrived: fixed before anything was done for it, but for who sent it, which its token says.
#[derive(Clone)]
pub(crate) struct Arrival {
    /// When its head had been read.
    pub(super) at: Instant,
    /// When its answer must be on its way.
    pub(super) deadline: Deadline,
    /// What its headers say.
    pub(super) context: Arc<Context>,
    /// Where it came from.
    pub(crate) peer: IpAddr,
    /// Whom it counts for.
    pub(super) caller: CallerKey,
    /// Whom its caller may ask.
    pub(super) providers: Providers,
}
