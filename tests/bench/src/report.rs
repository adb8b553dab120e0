//! The report: a table for each workload and load, and one of all scenarios.

mod readme;
mod scenarios;

use std::fmt::Write;

use serde_json::{Value, json};

use crate::figures::{Figures, Spread};
use crate::run::{Plan, Row};
use crate::scenario::ScenarioRow;
use crate::schedule::Load;
use crate::target::Target;
use crate::workload::Workload;

/// The results of a run.
pub(crate) struct Report<'a> {
    /// The machine and the host.
    pub(crate) machine: String,
    /// Server, workload and load that were measured.
    pub(crate) plan: &'a Plan,
    /// The launches.
    pub(crate) rows: &'a [Row],
    /// The launches of scenarios.
    pub(crate) scenarios: &'a [ScenarioRow],
    /// Those that failed.
    pub(crate) failures: &'a [String],
}

/// A column: its head, its figure, its decimals, and the form of its cells.
struct Column {
    head: &'static str,
    figure: fn(&Figures) -> f64,
    decimals: usize,
    form: Form,
}

/// Additions of a cell to the median.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Nothing.
    Plain,
    /// The extremes, and in a column of its own the ratio to native.
    Compared,
}

const COLUMNS: [Column; 9] = [
    Column { head: "requests/s", figure: |it| it.per_second, decimals: 0, form: Form::Compared },
    Column { head: "CPU µs/request", figure: |it| it.cpu, decimals: 1, form: Form::Compared },
    Column { head: "p50 µs", figure: |it| it.p50, decimals: 0, form: Form::Plain },
    Column { head: "p99 µs", figure: |it| it.p99, decimals: 0, form: Form::Compared },
    Column { head: "p99 µs of all", figure: |it| it.p99_of_all, decimals: 0, form: Form::Plain },
    Column { head: "p99.9 µs of all", figure: |it| it.p999, decimals: 0, form: Form::Plain },
    Column { head: "faults/request", figure: |it| it.faults, decimals: 2, form: Form::Plain },
    Column { head: "switches/request", figure: |it| it.switches, decimals: 2, form: Form::Plain },
    Column { head: "RSS MB", figure: |it| it.memory, decimals: 0, form: Form::Plain },
];

impl Report<'_> {
    /// Writes the tables in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!(
            "{}\n\nMedians [extremes] of {} launches, {} s for each load, {} connections. × is the ratio to native axum. Bold: \
             each request finds a clean sandbox.\n",
            self.machine,
            self.plan.launches,
            self.plan.time.as_secs(),
            self.plan.connections,
        );
        for workload in self.plan.workloads.iter().copied() {
            for load in self.plan.loads(workload) {
                let rows = self.rows_of(workload, load);
                if !rows.is_empty() {
                    text += &table(workload, load, &rows);
                }
            }
        }
        if !self.scenarios.is_empty() {
            text += &scenarios::table(self.scenarios);
        }
        if !self.failures.is_empty() {
            text += "\n### Failed launches\n\n";
        }
        for failure in self.failures {
            writeln!(text, "- {failure}").expect("a text takes all");
        }
        text
    }

    /// Writes a short table for a page that links to this report, if literal insights were measured.
    pub(crate) fn readme(&self) -> Option<String> {
        let most = self.plan.loads(Workload::Literal).into_iter().rev().find(|load| *load != Load::Saturating)?;
        let saturated = self.rows_of(Workload::Literal, Load::Saturating);
        let table = readme::table(&saturated, &self.rows_of(Workload::Literal, most), most)?;
        Some(format!(
            "{table}\nBold: each request finds a clean sandbox. ×: ratio to native axum. Latencies: those of native axum, \
             and what the others add; p99 is the median over parts of a load. Medians of {} \
             launches; {}.\n",
            self.plan.launches, self.machine
        ))
    }

    /// Returns all figures of all launches.
    pub(crate) fn json(&self) -> Value {
        json!({
            "machine": self.machine,
            "connections": self.plan.connections,
            "seconds": self.plan.time.as_secs(),
            "others": self.plan.others,
            "rows": self.rows,
            "scenarios": self.scenarios.iter().map(scenarios::json).collect::<Vec<_>>(),
            "failures": self.failures,
        })
    }

    fn rows_of(&self, workload: Workload, load: Load) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.workload == workload && row.load == load).collect()
    }
}

fn table(workload: Workload, load: Load, rows: &[&Row]) -> String {
    let mut text = format!("\n### {}, {}\n\n| |", workload.title(), name(load));
    let mut line = "|---|".to_owned();
    for column in &COLUMNS {
        let compared = column.form == Form::Compared;
        text += &format!(" {} |{}", column.head, if compared { " × |" } else { "" });
        line += if compared { "---:|---:|" } else { "---:|" };
    }
    writeln!(text, " launches |\n{line}---|").expect("a text takes all");
    let native = rows.iter().find(|row| row.target == Target::Native);
    for row in rows {
        write!(text, "| {} |", title(row.target)).expect("a text takes all");
        for column in &COLUMNS {
            let spread = row.launches.spread(column.figure);
            text += &cells(column, spread, native.and_then(|native| native.launches.spread(column.figure)));
        }
        writeln!(text, " {} |", launches(row)).expect("a text takes all");
    }
    text
}

/// Returns the name of a load.
fn name(load: Load) -> String {
    match load {
        Load::Saturating => "saturated".to_owned(),
        Load::Rate(rate) => format!("{} requests/s", number(rate.into(), 0)),
    }
}

/// Returns the title of a target, bold if each request finds a clean sandbox.
fn title(target: Target) -> String {
    if target.is_clean() { format!("**{}**", target.title()) } else { target.title().into() }
}

fn cells(column: &Column, spread: Option<Spread>, native: Option<Spread>) -> String {
    let Some(spread) = spread else { return " – |".repeat(if column.form == Form::Compared { 2 } else { 1 }) };
    if column.form == Form::Plain {
        return format!(" {} |", number(spread.median, column.decimals));
    }
    let ratio = native.and_then(|native| spread.ratio(native)).map_or("–".into(), |ratio| number(ratio, 2));
    format!(" {} | {ratio} |", with_extremes(spread, column.decimals))
}

/// Writes a median with its extremes. Of one launch there are none.
fn with_extremes(spread: Spread, decimals: usize) -> String {
    let [median, least, most] = [spread.median, spread.least, spread.most].map(|value| number(value, decimals));
    if spread.least.total_cmp(&spread.most).is_eq() { median } else { format!("{median} [{least}–{most}]") }
}

/// Says how many launches count. There is none if the target is too slow for the rate.
fn launches(row: &Row) -> String {
    let reason = if row.launches.shown().is_empty() { ", as the rate is too high" } else { "" };
    row.launches.counts() + reason
}

/// Writes a number with commas between thousands.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::figures::Launches;
    use std::time::Duration;

    /// Rows of a native server and of a host that is half as fast, one of whose launches was disturbed.
    pub(crate) fn rows() -> Vec<Row> {
        let figures = |per_second, cpu| Figures { per_second, cpu, p99: 80.0, ..Figures::default() };
        let row = |target, counted, disturbed| Row {
            workload: Workload::Literal,
            load: Load::Saturating,
            target,
            launches: Launches { counted, disturbed },
        };
        vec![
            row(Target::Native, vec![figures(90_000.0, 10.0), figures(94_000.0, 11.0)], vec![]),
            row(Target::Host, vec![figures(46_000.0, 21.0)], vec![figures(5_000.0, 99.0)]),
        ]
    }

    fn plan() -> Plan {
        Plan {
            targets: vec![Target::Native, Target::Host],
            workloads: vec![Workload::Literal],
            scenarios: vec![],
            launches: 2,
            time: Duration::from_secs(3),
            connections: 32,
            rates: None,
            others: 0.2,
            repeats: 1,
        }
    }

    #[test]
    fn a_table_shows_medians_extremes_and_ratios() {
        let text = Report { machine: "a machine".into(), plan: &plan(), rows: &rows(), scenarios: &[], failures: &[] }
            .markdown();

        let native = "| native axum | 92,000 [90,000–94,000] | 1.00 | 10.5 [10.0–11.0] | 1.00 |";
        let host = "| **Insight Host** | 46,000 | 0.50 | 21.0 | 2.00 |";
        assert!(text.contains(native) && text.contains(host), "{text}");
        assert!(text.contains("### Literal insights, saturated"), "{text}");
    }

    #[test]
    fn a_table_says_which_launches_were_left_out() {
        let mut rows = rows();
        rows[0].launches.disturbed = std::mem::take(&mut rows[0].launches.counted);

        let text =
            Report { machine: String::new(), plan: &plan(), rows: &rows, scenarios: &[], failures: &[] }.markdown();

        assert!(text.contains("| 1, 1 left out |") && text.contains("| none quiet, 2 shown |"), "{text}");
    }

    #[test]
    fn a_target_that_is_too_slow_for_a_rate_is_named() {
        let mut rows = rows();
        rows[1].launches = Launches::default();

        let text =
            Report { machine: String::new(), plan: &plan(), rows: &rows, scenarios: &[], failures: &[] }.markdown();

        assert!(
            text.contains("| **Insight Host** | – | – |") && text.contains("none, as the rate is too high"),
            "{text}"
        );
    }

    #[test]
    fn a_failed_launch_is_named() {
        let failures = ["Extism, fresh: no answer".to_owned()];

        let text = Report { machine: String::new(), plan: &plan(), rows: &rows(), scenarios: &[], failures: &failures }
            .markdown();

        assert!(text.ends_with("### Failed launches\n\n- Extism, fresh: no answer\n"), "{text}");
    }

    #[test]
    fn each_line_of_a_table_has_as_many_cells() {
        let text =
            Report { machine: String::new(), plan: &plan(), rows: &rows(), scenarios: &[], failures: &[] }.markdown();

        let cells: Vec<usize> =
            text.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();

        assert_eq!(cells, [cells[0]; 4]);
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(number(93_300.4, 0), "93,300");
        assert_eq!(number(1_234_567.0, 1), "1,234,567.0");
        assert_eq!(number(999.0, 0), "999");
    }
}
