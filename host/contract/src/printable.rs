//! Escaping of untrusted text for terminals and logs.

use std::fmt::{self, Display};

use super::invisible::is_invisible;

/// Displays text with its invisible characters escaped, so that it can neither hide anything, nor move a cursor, nor
/// begin a new line, nor change the direction of the text around it.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub &'a str);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut visible = self.0.split_inclusive(is_invisible);
        visible.try_for_each(|part| match part.chars().next_back() {
            Some(last) if is_invisible(last) => {
                f.write_str(&part[..part.len() - last.len_utf8()])?;
                write!(f, "{}", last.escape_unicode())
            }
            _ => f.write_str(part),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_or_turns_text_around_is_escaped() {
        let shown = Printable("a\x1b[2Jb\nc\u{202e}d\u{9b}e\u{e0041}").to_string();

        assert_eq!(shown, "a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{9b}e\\u{e0041}");
    }

    #[test]
    fn letters_of_any_script_stay() {
        assert_eq!(Printable("Žluťoučký 顧客 😀").to_string(), "Žluťoučký 顧客 😀");
    }
}
