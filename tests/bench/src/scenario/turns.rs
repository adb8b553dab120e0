//! The launches of all scenarios, one of each in turn.

use std::collections::BTreeMap;

use super::{Bench, Scenario, ScenarioRow};
use crate::figures::Launches;
use crate::run::Plan;

/// Measures all scenarios of a plan. A disturbed launch is repeated; one that fails is named, and others follow.
pub(crate) fn run(plan: &Plan, bench: &Bench<'_>, failures: &mut Vec<String>, say: impl Fn(&str)) -> Vec<ScenarioRow> {
    let mut found: BTreeMap<usize, ScenarioRow> = BTreeMap::new();
    for launch in 0..plan.launches {
        for (place, scenario) in plan.scenarios.iter().copied().enumerate() {
            let of = format!("{}, launch {}", scenario.title(), launch + 1);
            for _attempt in 0..=plan.repeats {
                let outcome = match scenario.launch(bench) {
                    Ok(outcome) => outcome,
                    Err(error) => {
                        say(&format!("{of} failed: {error}"));
                        failures.push(format!("{of}: {error}"));
                        break;
                    }
                };
                let is_quiet = outcome.others <= plan.others;
                let note = if is_quiet { "" } else { " (disturbed)" };
                say(&format!("{of}: {}{note}", summary(scenario, &outcome.values)));
                let row = found.entry(place).or_insert(ScenarioRow { scenario, launches: Launches::default() });
                row.launches.take(outcome.values, is_quiet);
                if is_quiet {
                    break;
                }
            }
        }
    }
    found.into_values().collect()
}

/// Writes the measures that have a goal.
fn summary(scenario: Scenario, values: &[Option<f64>]) -> String {
    let measured = scenario.measures().iter().zip(values).filter(|(measure, _value)| measure.goal.is_some());
    let words = measured.filter_map(|(measure, value)| Some(format!("{} {:.2}", measure.name, (*value)?)));
    words.collect::<Vec<_>>().join(", ")
}
