//! A question to plugins, and what its calls have in common.

use std::sync::Arc;

use admission::{CallOrigin, CallerKey};
use contract::{Ask, Context, Deadline, Window};

/// Something that is held as long as a question, such as the counted memory of its body.
pub type QuestionGuard = Box<dyn Send + Sync>;

/// A question to one provider, or to several alike.
pub struct Query {
    /// The question.
    pub ask: Arc<Ask>,
    /// Something that is held as long as the question.
    pub held: Option<QuestionGuard>,
    /// The context of the request.
    pub context: Arc<Context>,
    /// The caller, on whose account the call runs.
    pub caller: CallerKey,
    /// The range of items requested from each provider, which may differ from the caller's.
    pub window: Window,
    /// The request's own deadline; a provider's may be earlier.
    pub deadline: Deadline,
}

impl Query {
    /// Returns the origin of its calls.
    pub(crate) fn origin(&self) -> CallOrigin {
        CallOrigin { caller: self.caller, capability: self.ask.capability() }
    }
}
