//! The plot: requests per second and processor time per request of each target, saturated.

use std::fmt::Write;

use crate::figures::{Figures, Spread};
use crate::report::number;
use crate::run::Row;
use crate::schedule::Load;
use crate::target::Target;
use crate::workload::Workload;

const WIDTH: f64 = 1000.0;
const MARGIN: f64 = 16.0;
const LABELS: f64 = 220.0;
/// Width of a panel's bars, without their figures.
const BARS: f64 = 250.0;
const FIGURES: f64 = 140.0;
const LINE: f64 = 24.0;
const HEAD: f64 = 60.0;
const FOOT: f64 = 44.0;
/// The base of a line's text, below its top.
const BASE: f64 = 14.0;
const THICK: f64 = 18.0;

/// Half of the plot: one figure of all targets.
struct Panel {
    title: &'static str,
    figure: fn(&Figures) -> f64,
    decimals: usize,
    left: f64,
    /// The longest bar that is not cut off, as a multiple of the host's.
    longest: f64,
}

const PANELS: [Panel; 2] = [
    Panel {
        title: "requests per second",
        figure: |it| it.per_second,
        decimals: 0,
        left: LABELS,
        longest: f64::INFINITY,
    },
    Panel {
        title: "CPU per request, µs",
        figure: |it| it.cpu,
        decimals: 1,
        left: LABELS + BARS + FIGURES,
        longest: 3.0,
    },
];

/// Colours, for pages in light and in dark: a page that shows the file as an image passes its reader's choice on.
const STYLE: &str = "\
.ground{fill:#fff}
text{fill:#1f2328}
.less{fill:#59636e}
.extremes{stroke:#1f2328}
.bar{fill:#8c959f;stroke:#8c959f}
.host{fill:#0969da;stroke:#0969da}
.kept{fill:none}
@media(prefers-color-scheme:dark){
.ground{fill:#0d1117}
text{fill:#f0f6fc}
.less{fill:#9198a1}
.extremes{stroke:#f0f6fc}
.bar{fill:#656c76;stroke:#656c76}
.host{fill:#1f6feb;stroke:#1f6feb}
.kept{fill:none}
}
";

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
    let height = top + FOOT;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"system-ui,sans-serif\" font-size=\"13\">\n<style>\n{STYLE}</style>\n\
         <rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\"/>\n{drawn}\
         <text class=\"less\" x=\"{MARGIN}\" y=\"{}\">Filled: each request finds a clean sandbox. Outlined: state is \
         kept, or there is no sandbox. Lines: extremes. ×: ratio to native axum.</text>\n</svg>\n",
        height - 14.0
    )
}

/// Draws a workload.
fn group(workload: Workload, rows: &[&Row], top: f64) -> String {
    let mut drawn =
        format!("<text x=\"{MARGIN}\" y=\"{}\" font-weight=\"bold\">{}</text>\n", top + 28.0, workload.title());
    for (index, row) in rows.iter().enumerate() {
        let weight = if row.target == Target::Host { " font-weight=\"bold\"" } else { "" };
        let y = top + HEAD + LINE * index as f64 + BASE;
        writeln!(drawn, "<text x=\"{MARGIN}\" y=\"{y}\"{weight}>{}</text>", row.target.title())
            .expect("a text takes all");
    }
    for panel in &PANELS {
        let (left, y) = (panel.left, top + 50.0);
        writeln!(drawn, "<text class=\"less\" x=\"{left}\" y=\"{y}\">{}</text>", panel.title)
            .expect("a text takes all");
        drawn += &bars(panel, rows, top + HEAD);
    }
    drawn
}

/// Draws the bars of a panel. A target that costs far more than the host would make all others short, so its bar is cut.
fn bars(panel: &Panel, rows: &[&Row], top: f64) -> String {
    let spread = |row: &Row| row.launches.spread(panel.figure);
    let of = |target| rows.iter().find(|row| row.target == target).and_then(|row| spread(row));
    let most = rows.iter().filter_map(|row| spread(row)).map(|spread| spread.most).fold(0.0, f64::max);
    let shown = of(Target::Host).map_or(most, |host| most.min(host.median * panel.longest));
    let scale = if shown > 0.0 { BARS / shown } else { 0.0 };
    let drawn = rows.iter().enumerate().filter_map(|(index, row)| {
        let spread = spread(row)?;
        let ratio = of(Target::Native).and_then(|native| spread.ratio(native));
        let ratio = ratio.map_or_else(String::new, |ratio| format!(" ({} ×)", number(ratio, 2)));
        let bar = Bar { left: panel.left, top: top + LINE * index as f64, target: row.target, spread, scale };
        Some(bar.draw(&(number(spread.median, panel.decimals) + &ratio)))
    });
    drawn.collect()
}

/// The bar of a target.
struct Bar {
    left: f64,
    top: f64,
    target: Target,
    spread: Spread,
    /// Length of one of the figure's unit.
    scale: f64,
}

impl Bar {
    /// Draws it, with its extremes as a line and the figure beside it.
    fn draw(&self, figure: &str) -> String {
        let Self { left, top, target, spread, .. } = self;
        let host = if *target == Target::Host { " host" } else { "" };
        let kept = if target.is_clean() { "" } else { " kept" };
        let weight = if *target == Target::Host { " font-weight=\"bold\"" } else { "" };
        let end = if self.is_cut() { BARS } else { spread.most * self.scale };
        let mut drawn = format!(
            "<rect class=\"bar{host}{kept}\" x=\"{left}\" y=\"{top}\" width=\"{:.1}\" height=\"{THICK}\"/>\n\
             <text x=\"{:.1}\" y=\"{}\"{weight}>{figure}</text>\n",
            if self.is_cut() { BARS } else { spread.median * self.scale },
            left + end + 6.0,
            top + BASE,
        );
        drawn += &if self.is_cut() { self.gap() } else { self.extremes() };
        drawn
    }

    fn is_cut(&self) -> bool {
        self.spread.most * self.scale > BARS + 0.1
    }

    /// A slanting gap near the end, which says that the bar is longer.
    fn gap(&self) -> String {
        let (x, top, bottom) = (self.left + BARS - 24.0, self.top - 1.0, self.top + THICK + 1.0);
        format!("<path class=\"ground\" d=\"M{} {top}h5L{} {bottom}h-5z\"/>\n", x + 6.0, x + 5.0)
    }

    fn extremes(&self) -> String {
        let at = |value: f64| self.left + value * self.scale;
        format!(
            "<line class=\"extremes\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle}\" y2=\"{middle}\"/>\n",
            at(self.spread.least),
            at(self.spread.most),
            middle = self.top + THICK / 2.0,
        )
    }
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
        assert!(
            drawn.contains("Insight Host") && drawn.contains(">46,000 (0.50 ×)<") && drawn.contains(">21.0 (2.00 ×)<"),
            "{drawn}"
        );
    }

    #[test]
    fn the_longest_bar_ends_at_the_end_of_its_panel() {
        let drawn = svg(&rows());

        // 92,000 of at most 94,000, and 21.0 of 21.0.
        assert!(drawn.contains("width=\"244.7\"") && drawn.contains("width=\"250.0\""), "{drawn}");
    }

    #[test]
    fn a_bar_that_is_far_longer_than_the_hosts_is_cut_off() {
        let mut rows = rows();
        assert!(!svg(&rows).contains("<path "));

        rows[0].launches.counted[0].cpu = 1_000.0;

        assert_eq!(svg(&rows).matches("<path ").count(), 1);
    }

    #[test]
    fn every_element_is_closed() {
        let drawn = svg(&rows());

        assert_eq!(drawn.matches("<text ").count(), drawn.matches("</text>").count());
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    }
}
