//! What a provider is asked, and what it replies.

use super::{Capability, ChatAnswer, ChatQuestion, Page, Request, Window};

/// A question that has been read and found good.
#[derive(Clone, Debug)]
pub enum Ask {
    /// One whose answer is a page of insights.
    Page(Box<Request>),
    /// One put to a chat skill.
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

    /// The items that are wanted. A chat answer has no window: its default stands for all.
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
    /// To a question for insights.
    Page(Page),
    /// To a chat skill's question.
    Chat(ChatAnswer),
}
