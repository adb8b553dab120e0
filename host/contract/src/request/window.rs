//! Pagination: the part of an answer that a request asks for (`top` and `skip`).

/// The default page size, in items.
const DEFAULT_TOP: u32 = 10;

/// The largest page size, in items. A request for more gets this many.
const MOST_TOP: u32 = 100;

/// The greatest offset. Pages beyond it are empty.
const MOST_SKIP: u32 = 10_000;

/// The requested page of an answer, limited to what the host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Number of items: 0 to 100, by default 10.
    pub top: u32,
    /// Number of items to skip before the first: up to 2147483647, by default 0.
    pub skip: u32,
}

impl Window {
    /// Creates the window that a request asks for.
    pub fn new(top: Option<u32>, skip: Option<u32>) -> Self {
        Self { top: top.unwrap_or(DEFAULT_TOP).min(MOST_TOP), skip: skip.unwrap_or_default() }
    }

    /// Returns whether it begins beyond the last item that is ever served, the ten thousandth. Such a page is empty,
    /// and no provider need be called.
    pub fn is_beyond(self) -> bool {
        self.skip > MOST_SKIP
    }

    /// Returns whether it can hold no item: it is [beyond](Self::is_beyond) every item, or its size is zero.
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
