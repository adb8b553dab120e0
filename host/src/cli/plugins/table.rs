//! Tables as columns of text.

use std::fmt::Write;

use contract::Printable;

/// Spaces between columns.
const GAP: usize = 2;

/// Formats rows under `heads`, in columns as wide as their widest cell. Cells are escaped.
pub(super) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let heads = heads.map(str::to_owned);
    let rows: Vec<[String; N]> =
        rows.iter().map(|row| row.each_ref().map(|cell| Printable(cell).to_string())).collect();
    let rows = || std::iter::once(&heads).chain(&rows);
    let widths: [usize; N] =
        std::array::from_fn(|column| rows().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows() {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            // Writing to a string cannot fail.
            let _ = write!(line, "{cell:<width$}", width = width + GAP);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["contoso-hub".to_owned(), "loaded".to_owned()], ["b".to_owned(), String::new()]];

        assert_eq!(table(["NAME", "STATE"], &rows), "NAME         STATE\ncontoso-hub  loaded\nb\n");
    }

    #[test]
    fn cells_cannot_draw_on_the_terminal() {
        assert!(!table(["NAME"], &[["\u{1b}[2J\nx".to_owned()]]).contains(['\u{1b}', '\r']));
        assert_eq!(table(["NAME"], &[["\u{1b}[2J\nx".to_owned()]]).lines().count(), 2);
    }
}
