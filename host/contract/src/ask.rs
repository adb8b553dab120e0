//! Questions put to a provider, and its replies.

use super::{Capability, ChatAnswer, ChatQuestion, Page, Request, Window};

/// A question that has been read and is valid.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A question answered by a page of insights.
    Page(Box<Request>),
    /// A question to a chat skill.
    Chat(ChatQuestion),
}

impl Ask {
    /// The capability that answers it.
    #[must_use]
    pub fn capability(&self) -> Capability {
        match self {
            Self::Page(request) => request.operation.capability,
            Self::Chat(_) => Capability::Chat,
        }
    }

    /// The requested page of items. A chat answer has no pages, so it gets the default window.
    #[must_use]
    pub fn window(&self) -> Window {
        match self {
            Self::Page(request) => request.window,
            Self::Chat(_) => Window::new(None, None),
        }
    }
}

/// An answer that has been checked.
#[derive(Debug)]
pub enum Reply {
    /// The answer to a question for insights.
    Page(Page),
    /// The answer of a chat skill.
    Chat(ChatAnswer),
}
