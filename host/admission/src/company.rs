//! Detection of a member that is alone: the only one that took part lately.

use std::time::{Duration, Instant};

/// The time for which a member counts as present after it was last seen.
const PRESENT: Duration = Duration::from_secs(30);

/// The two members seen last, which is enough to tell for each member if another one is present.
///
/// Its size does not depend on the number of members: strangers cannot fill it.
#[derive(Debug)]
pub(crate) struct Company<K> {
    last: Option<(K, Instant)>,
    /// The member seen last before that one.
    other: Option<(K, Instant)>,
}

impl<K> Default for Company<K> {
    fn default() -> Self {
        Self { last: None, other: None }
    }
}

impl<K: Copy + Eq> Company<K> {
    /// Records that `member` takes part.
    pub(crate) fn see(&mut self, member: K, now: Instant) {
        if self.last.is_some_and(|(last, _)| last != member) {
            self.other = self.last;
        }
        self.last = Some((member, now));
    }

    /// Returns whether no other member was seen lately.
    pub(crate) fn is_alone(&self, member: K, now: Instant) -> bool {
        let is_other = |(seen, at): (K, Instant)| seen != member && now.saturating_duration_since(at) < PRESENT;
        !self.last.is_some_and(is_other) && !self.other.is_some_and(is_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_alone_until_another_is_seen_and_again_when_that_one_has_left() {
        let (mut company, now) = (Company::default(), Instant::now());
        company.see(1, now);
        assert!(company.is_alone(1, now));

        company.see(2, now);
        company.see(1, now);
        assert!(!company.is_alone(1, now) && !company.is_alone(2, now) && !company.is_alone(3, now));

        let later = now + PRESENT;
        company.see(1, later);
        assert!(company.is_alone(1, later) && !company.is_alone(2, later));
    }
}
