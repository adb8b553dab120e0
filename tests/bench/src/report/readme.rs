//! The short table: one workload, saturated and at a constant rate.

use std::fmt::Write;

use super::{name, number, title};
use crate::figures::Figures;
use crate::run::Row;
use crate::schedule::Load;
use crate::target::Target;

/// Writes the table, unless there is no row. Latencies are native axum's, and what others add to them.
pub(super) fn table(saturated: &[&Row], at_rate: &[&Row], rate: Load) -> Option<String> {
    saturated.first()?;
    let mut text = format!(
        "| | requests/s | × | CPU µs/request | × | at {}: CPU µs/request | × | p50 µs | p99 µs |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        name(rate)
    );
    for target in saturated.iter().map(|row| row.target) {
        let (most, some) = (Compared::find(saturated, target), Compared::find(at_rate, target));
        let cells = [
            title(target),
            most.with_ratio(|it| it.per_second, 0),
            most.with_ratio(|it| it.cpu, 1),
            some.with_ratio(|it| it.cpu, 1),
            some.added(|it| it.p50),
            some.added(|it| it.p99),
        ];
        writeln!(text, "| {} |", cells.join(" | ")).expect("a text takes all");
    }
    Some(text)
}

/// The row of a target beside that of native axum.
struct Compared<'a> {
    row: Option<&'a Row>,
    native: Option<&'a Row>,
}

impl<'a> Compared<'a> {
    fn find(rows: &[&'a Row], target: Target) -> Self {
        let of = |target| rows.iter().copied().find(|row| row.target == target);
        Self { row: of(target), native: of(Target::Native) }
    }

    /// Writes a median and its ratio, in two cells.
    fn with_ratio(&self, figure: fn(&Figures) -> f64, decimals: usize) -> String {
        let spread = |row: &Row| row.launches.spread(figure);
        let Some(found) = self.row.and_then(spread) else { return "– | –".into() };
        let ratio = self.native.and_then(spread).and_then(|native| found.ratio(native));
        let ratio = ratio.map_or("–".into(), |ratio| number(ratio, 2));
        format!("{} | {ratio}", number(found.median, decimals))
    }

    /// Writes how much larger a median is than that of native axum.
    fn added(&self, figure: fn(&Figures) -> f64) -> String {
        let median = |row: &Row| row.launches.spread(figure).map(|spread| spread.median);
        match (self.row, self.row.and_then(median), self.native.and_then(median)) {
            (Some(row), Some(own), _) if row.target == Target::Native => number(own, 0),
            (_, Some(own), Some(native)) if own >= native => format!("+{}", number(own - native, 0)),
            (_, Some(own), Some(native)) => format!("−{}", number(native - own, 0)),
            _ => "–".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::rows;

    fn written(saturated: &[Row], at_rate: &[Row]) -> Option<String> {
        let saturated: Vec<&Row> = saturated.iter().collect();
        table(&saturated, &at_rate.iter().collect::<Vec<_>>(), Load::Rate(8_000))
    }

    #[test]
    fn a_line_has_ratios_and_the_latencies_that_are_added() {
        let mut at_rate = rows();
        at_rate[1].launches.counted[0].p50 = 40.0;

        let text = written(&rows(), &at_rate).expect("there are rows");

        assert!(text.contains("| native axum | 92,000 | 1.00 | 10.5 | 1.00 | 10.5 | 1.00 | 0 | 80 |"), "{text}");
        assert!(text.contains("| **Insight Host** | 46,000 | 0.50 | 21.0 | 2.00 | 21.0 | 2.00 | +40 | +0 |"), "{text}");
    }

    #[test]
    fn a_target_that_is_too_slow_for_the_rate_has_figures_of_the_other_load() {
        let text = written(&rows(), &rows()[..1]).expect("there are rows");

        assert!(text.contains("| **Insight Host** | 46,000 | 0.50 | 21.0 | 2.00 | – | – | – | – |"), "{text}");
    }

    #[test]
    fn without_rows_there_is_no_table() {
        assert_eq!(written(&[], &[]), None);
    }
}
