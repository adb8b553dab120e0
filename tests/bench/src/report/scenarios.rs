//! The table of scenarios, with their goals.

use std::fmt::Write;

use serde_json::{Value, json};

use super::with_extremes;
use crate::scenario::{Measure, ScenarioRow};

/// Writes the table. A goal is the most that a figure should be.
pub(super) fn table(rows: &[ScenarioRow]) -> String {
    let mut text = "\n### Scenarios of the host\n\n\
                    | scenario | figure | median [extremes] | goal | launches |\n|---|---|---:|---|---|\n"
        .to_owned();
    for row in rows {
        for (place, measure) in row.scenario.measures().iter().enumerate() {
            let first = place == 0;
            let title = if first { row.scenario.title() } else { "" };
            let counts = if first { row.launches.counts() } else { String::new() };
            let spread = row.spread(place);
            let value = spread.map_or("–".into(), |spread| with_extremes(spread, measure.decimals));
            let goal = goal(measure, spread.map(|spread| spread.median));
            writeln!(text, "| {title} | {} | {value} | {goal} | {counts} |", measure.name).expect("a text takes all");
        }
    }
    text
}

/// Says whether a median reaches the goal.
fn goal(measure: &Measure, median: Option<f64>) -> String {
    match (measure.goal, median) {
        (None, _) => String::new(),
        (Some(goal), None) => format!("≤ {goal}"),
        (Some(goal), Some(median)) => format!("≤ {goal}: {}", if median <= goal { "met" } else { "**missed**" }),
    }
}

/// Returns all figures of all launches of a scenario.
pub(super) fn json(row: &ScenarioRow) -> Value {
    let of =
        |launches: &[Vec<Option<f64>>], place: usize| launches.iter().map(|values| values[place]).collect::<Vec<_>>();
    let figures = row.scenario.measures().iter().enumerate().map(|(place, measure)| {
        json!({
            "name": measure.name,
            "goal": measure.goal,
            "median": row.spread(place).map(|spread| spread.median),
            "counted": of(&row.launches.counted, place),
            "disturbed": of(&row.launches.disturbed, place),
        })
    });
    json!({"scenario": row.scenario, "figures": figures.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Launches;
    use crate::scenario::Scenario;

    fn rows() -> [ScenarioRow; 2] {
        let launches = |counted: Vec<Vec<Option<f64>>>| Launches { counted, disturbed: vec![] };
        let turns =
            vec![vec![Some(20.0), Some(25.0), Some(1.25), None], vec![Some(20.0), Some(27.0), Some(1.35), None]];
        let items = vec![vec![Some(20.0), Some(90.0), Some(3.0), Some(1.0), Some(3.0)]];
        [
            ScenarioRow { scenario: Scenario::InTurn, launches: launches(turns) },
            ScenarioRow { scenario: Scenario::Items, launches: launches(items) },
        ]
    }

    #[test]
    fn a_goal_is_met_or_missed_by_the_median() {
        let text = table(&rows());

        assert!(text.contains("|  | in turn ÷ one | 1.30 [1.25–1.35] | ≤ 1.3: met |  |"), "{text}");
        assert!(text.contains("|  | item ÷ native | 3.00 | ≤ 2: **missed** |  |"), "{text}");
    }

    #[test]
    fn a_figure_that_cannot_be_measured_is_left_open() {
        assert!(table(&rows()).contains("|  | faults/request, all in turn | – |  |  |"));
        assert_eq!(goal(&Scenario::InTurn.measures()[2], None), "≤ 1.3");
    }

    #[test]
    fn each_scenario_is_named_once_with_its_launches() {
        let text = table(&rows());

        assert!(text.contains("| 200 plugins in turn | CPU µs/request, one of the plugins | 20.0 |  | 2 |"), "{text}");
        assert_eq!(text.matches("200 plugins in turn").count(), 1);
    }

    #[test]
    fn every_figure_of_every_launch_is_in_the_json() {
        let value = json(&rows()[0]);

        assert_eq!(value["scenario"], "in-turn");
        assert_eq!(value["figures"][2]["counted"], json!([1.25, 1.35]));
        assert_eq!(value["figures"][3]["median"], Value::Null);
    }
}
