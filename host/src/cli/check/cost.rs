//! The resources that calls used, compared with their limits.

use std::time::Duration;

use bytesize::ByteSize;

use engine::{Limits, Spent};

/// The share of a limit, in percent, from which a call is near it: another record, or a slower machine, exceeds it.
const NEAR: u128 = 80;

/// The maximum of each resource over all calls.
#[derive(Debug, Default)]
pub(super) struct Most {
    fuel: u64,
    memory: usize,
    time: Duration,
}

impl Most {
    pub(super) fn add(&mut self, spent: &Spent) {
        self.fuel = self.fuel.max(spent.fuel);
        self.memory = self.memory.max(spent.memory);
        self.time = self.time.max(spent.time);
    }

    /// Describes the resources that are near their limits.
    pub(super) fn near(&self, limits: Limits) -> Vec<String> {
        let fuel = (u128::from(self.fuel), u128::from(limits.fuel.get()));
        let memory = (self.memory as u128, u128::from(limits.memory.as_u64()));
        let time = (self.time.as_millis(), limits.time.as_millis());
        let all = [
            ("fuel", fuel, limits.fuel.to_string()),
            ("memory", memory, ByteSize::b(limits.memory.as_u64()).to_string()),
            ("time", time, format!("{} ms", limits.time.as_millis())),
        ];
        let near = all.into_iter().filter(|(_, (used, limit), _)| used * 100 >= limit * NEAR);
        near.map(|(what, (used, limit), shown)| {
            format!("a call used {} % of its {what}, {shown}", used * 100 / limit.max(1))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_of_a_limit_are_near_it() {
        let limits = Limits::default();
        let mut most = Most::default();
        let time = Duration::from_millis(3_199);
        most.add(&Spent { fuel: limits.fuel.get() / 5 * 4, time, memory: 1 << 20, ..Spent::default() });

        assert_eq!(most.near(limits), ["a call used 80 % of its fuel, 5000000000"]);
    }
}
