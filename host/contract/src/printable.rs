//! Escaping of untrusted text for terminals and logs.

use std::fmt::{self, Display, Write};

/// Displays text with its control characters escaped, so that it can neither move a cursor, nor
/// begin a new line, nor change the direction of the text around it.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub &'a str);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if is_harmless(character) {
                f.write_char(character)?;
            } else {
                write!(f, "{}", character.escape_unicode())?;
            }
        }
        Ok(())
    }
}

/// Returns whether `character` is no control character and does not reorder, hide or end a line of text.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_or_turns_text_around_is_escaped() {
        let shown = Printable("a\x1b[2Jb\nc\u{202e}d\u{9b}e").to_string();

        assert_eq!(shown, "a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{9b}e");
    }

    #[test]
    fn letters_of_any_script_stay() {
        assert_eq!(Printable("Žluťoučký 顧客 😀").to_string(), "Žluťoučký 顧客 😀");
    }
}
