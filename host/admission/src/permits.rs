//! Permits for a limited number of concurrent operations of one plugin, shared fairly among its callers.

use std::sync::Arc;

use super::caller::CallerKey;
use super::slots::{Sharing, Slot, Slots};

/// Permits that callers share like slots: nobody may hold more than are free, and whoever waits has turns.
///
/// Unlike a call, an operation waits for its turn however long that takes: its call ends in time anyway.
#[derive(Debug)]
pub struct FairPermits(Arc<Slots<CallerKey>>);

/// A permit, given back when dropped.
#[derive(Debug)]
pub struct FairPermit {
    _slot: Slot<CallerKey>,
}

impl FairPermits {
    /// Creates `size` permits.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self(Arc::new(Slots::new(size, Sharing::Callers)))
    }

    /// Waits for a permit.
    pub async fn acquire(&self, caller: CallerKey) -> FairPermit {
        FairPermit { _slot: self.0.acquire(caller).await }
    }

    /// Returns the number of permits that are given out.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.0.taken()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn operations_of_a_caller_who_floods_wait_behind_those_of_another() {
        let permits = FairPermits::new(16);
        let (one, other) = (CallerKey::Known(1), CallerKey::Known(2));
        let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(permits.acquire(one))).collect();
        let mut held: Vec<_> = waiting.iter_mut().filter_map(|wait| wait.as_mut().now_or_never()).collect();
        assert_eq!(held.len(), 14, "an eighth is left to others");

        for _ in 0..100 {
            assert!(permits.acquire(other).now_or_never().is_some());
        }

        held.clear();
        held.extend(waiting[14..].iter_mut().filter_map(|wait| wait.as_mut().now_or_never()));
        assert_eq!(held.len(), 8, "as many as are free");
    }
}
