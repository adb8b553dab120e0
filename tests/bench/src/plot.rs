//! The plot: requests per second and processor time per request of each target, saturated.

use std::fmt::Write;

use crate::figures::{Figures, Spread};
use crate::report::number;
use crate::run::Row;
use crate::schedule::Load;
use crate::target::Target;
use crate::workload::Workload;

const WIDTH: f64 = 960.0;
const LABELS: f64 = 190.0;
/// Width of a panel's bars, without their figures.
const BARS: f64 = 260.0;
const FIGURES: f64 = 120.0;
const LINE: f64 = 24.0;
const HEAD: f64 = 52.0;

/// Half of the plot: one figure of all targets.
struct Panel {
    title: &'static str,
    figure: fn(&Figures) -> f64,
    decimals: usize,
    left: f64,
}

const PANELS: [Panel; 2] = [
    Panel { title: "requests per second", figure: |it| it.per_second, decimals: 0, left: LABELS },
    Panel { title: "CPU per request, µs", figure: |it| it.cpu, decimals: 1, left: LABELS + BARS + FIGURES },
];

/// Draws the saturated loads. Bars of targets that start each request clean are filled, others are outlined.
pub(crate) fn svg(rows: &[Row]) -> String {
    let mut drawn = String::new();
    let mut top = 0.0;
    for workload in Workload::ALL {
        let rows: Vec<&Row> =
            rows.iter().filter(|row| row.workload == workload && row.load == Load::Saturating).collect();
        if !rows.is_empty() {
            drawn += &group(workload, &rows, top);
            top += HEAD + LINE * rows.len() as f64;
        }
    }
    let height = top + LINE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n{drawn}\
         <text x=\"8\" y=\"{}\" fill=\"#555\">Filled: each request finds a clean sandbox. Outlined: state is kept, or \
         there is no sandbox. Lines: extremes.</text>\n</svg>\n",
        height - 8.0
    )
}

/// Draws a workload.
fn group(workload: Workload, rows: &[&Row], top: f64) -> String {
    let mut drawn = format!("<text x=\"8\" y=\"{}\" font-weight=\"bold\">{}</text>\n", top + 20.0, workload.title());
    for panel in &PANELS {
        let spreads: Vec<(Target, Option<Spread>)> =
            rows.iter().map(|row| (row.target, row.launches.spread(panel.figure))).collect();
        let most = spreads.iter().filter_map(|(_, spread)| *spread).map(|spread| spread.most).fold(0.0, f64::max);
        let scale = if most > 0.0 { BARS / most } else { 0.0 };
        writeln!(drawn, "<text x=\"{}\" y=\"{}\" fill=\"#555\">{}</text>", panel.left, top + 42.0, panel.title)
            .expect("a text takes all");
        for (index, (target, spread)) in spreads.iter().enumerate() {
            let y = top + HEAD + LINE * index as f64;
            if panel.left == LABELS {
                writeln!(drawn, "<text x=\"8\" y=\"{}\">{}</text>", y + 14.0, target.title())
                    .expect("a text takes all");
            }
            drawn += &spread.map_or_else(String::new, |spread| bar(panel, *target, spread, scale, y));
        }
    }
    drawn
}

/// Draws the bar of a target, with its extremes as a line and its median as a figure.
fn bar(panel: &Panel, target: Target, spread: Spread, scale: f64, y: f64) -> String {
    let colour = if target == Target::Host { "#0f6cbd" } else { "#8a8886" };
    let fill = if target.is_clean() { colour } else { "#fff" };
    let at = |value: f64| panel.left + value * scale;
    format!(
        "<rect x=\"{left}\" y=\"{y}\" width=\"{width:.1}\" height=\"18\" fill=\"{fill}\" stroke=\"{colour}\"/>\n\
         <line x1=\"{least:.1}\" x2=\"{most:.1}\" y1=\"{middle}\" y2=\"{middle}\" stroke=\"#000\"/>\n\
         <text x=\"{beside:.1}\" y=\"{base}\">{median}</text>\n",
        left = panel.left,
        width = spread.median * scale,
        least = at(spread.least),
        most = at(spread.most),
        middle = y + 9.0,
        beside = at(spread.most) + 6.0,
        base = y + 14.0,
        median = number(spread.median, panel.decimals),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::rows;

    #[test]
    fn each_target_has_a_bar_in_both_panels() {
        let drawn = svg(&rows());

        // Besides the background.
        assert_eq!(drawn.matches("<rect ").count(), 1 + 4);
        assert!(drawn.contains("Insight Host") && drawn.contains(">46,000<") && drawn.contains(">21.0<"), "{drawn}");
    }

    #[test]
    fn the_longest_bar_ends_at_the_end_of_its_panel() {
        let drawn = svg(&rows());

        // 92,000 of at most 94,000, and 21.0 of 21.0.
        assert!(drawn.contains("width=\"254.5\"") && drawn.contains("width=\"260.0\""), "{drawn}");
    }

    #[test]
    fn every_element_is_closed() {
        let drawn = svg(&rows());

        assert_eq!(drawn.matches("<text ").count(), drawn.matches("</text>").count());
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    }
}
