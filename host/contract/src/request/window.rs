//! Which part of an answer is wanted.

/// How many items an answer has where the request does not say.
const DEFAULT_TOP: u32 = 10;

/// How many items an answer has at most, whatever the request says.
const MOST_TOP: u32 = 100;

/// Behind so many items every answer is empty.
const MOST_SKIP: u32 = 10_000;

/// A window on the items of an answer, as served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many items are wanted: 0 to 100, by default 10.
    pub top: u32,
    /// How many items to leave out before the first: up to 2147483647, by default 0.
    pub skip: u32,
}

impl Window {
    /// The window that a request asks for.
    pub fn new(top: Option<u32>, skip: Option<u32>) -> Self {
        Self { top: top.unwrap_or(DEFAULT_TOP).min(MOST_TOP), skip: skip.unwrap_or_default() }
    }

    /// Whether it begins behind the last item that is ever served, the ten thousandth: the page is empty, and nobody
    /// need be asked.
    pub fn is_beyond(self) -> bool {
        self.skip > MOST_SKIP
    }

    /// Whether no item can be in it, since it is [beyond](Self::is_beyond) all or has no room.
    pub fn is_empty(self) -> bool {
        self.top == 0 || self.is_beyond()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_does_not_say_gets_the_first_ten() {
        assert_eq!(Window::new(None, None), Window { top: 10, skip: 0 });
    }

    #[test]
    fn no_answer_has_more_than_a_hundred_items() {
        assert_eq!(Window::new(Some(2_147_483_647), Some(7)), Window { top: 100, skip: 7 });
    }

    #[test]
    fn behind_ten_thousand_items_there_is_nothing() {
        assert!(!Window::new(None, Some(10_000)).is_empty());
        assert!(Window::new(None, Some(10_001)).is_beyond());
        assert!(Window::new(Some(0), None).is_empty());
    }
}
