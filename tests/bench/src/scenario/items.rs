//! Answers with few and with many items: what an item costs, in a sandbox and in native code.

use super::{Bench, Measure, Others, Outcome};
use crate::server::{START, Server};
use crate::target::Target;
use crate::workload::Workload;

/// Items of a small answer, and of a large one: all that the sample knows of its record.
const ITEMS: [u32; 2] = [1, 24];

pub(super) const MEASURES: [Measure; 5] = [
    Measure::new("CPU µs/request with 1 item", 1),
    Measure::new("CPU µs/request with 24 items", 1),
    Measure::new("CPU µs/item", 2),
    Measure::new("CPU µs/item, native", 2),
    Measure::new("item ÷ native", 2).at_most(2.0),
];

pub(super) fn launch(bench: &Bench<'_>) -> Result<Outcome, String> {
    let mut others = Others::default();
    let native = costs(bench, Target::Native, &mut others)?;
    let host = costs(bench, Target::Host, &mut others)?;
    let (of_native, of_host) = (per_item(native), per_item(host));
    Ok(others.outcome([host[0], host[1], of_host, of_native, of_host / of_native].map(Some)))
}

/// Returns the processor time of a request for each number of items.
fn costs(bench: &Bench<'_>, target: Target, others: &mut Others) -> Result<[f64; 2], String> {
    let mut server = Server::start(target, bench.artifacts, bench.backend.address)?;
    let mut costs = [0.0; 2];
    for (cost, items) in costs.iter_mut().zip(ITEMS) {
        let expected = Workload::Literal.expected_of(items)?;
        let question = server.question(Workload::Literal.target_of(items), &expected);
        server.wait_for(&question, START)?;
        let questions = [question];
        bench.warm_up(&questions, bench.connections)?;
        *cost = bench.saturate(&server, &questions, bench.connections, others)?.cpu;
    }
    Ok(costs)
}

/// Returns what each further item adds.
fn per_item([few, many]: [f64; 2]) -> f64 {
    (many - few) / f64::from(ITEMS[1] - ITEMS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_costs_what_a_larger_answer_adds_for_each_of_its_own() {
        assert!((per_item([20.0, 66.0]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn the_sample_has_so_many_items() {
        for items in ITEMS {
            let body = Workload::Literal.expected_of(items).expect("the record is known");
            let answer: serde_json::Value = serde_json::from_slice(&body).expect("it is JSON");
            assert_eq!(answer["value"].as_array().map(Vec::len), Some(items as usize));
        }
    }
}
