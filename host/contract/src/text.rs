//! Sanitizing, measuring and truncating of texts from callers and plugins.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::invisible::{is_invisible, is_plain, visible};

/// The mark at the end of a truncated text. One UTF-16 code unit.
const ELLIPSIS: char = '…';

/// Makes `text` one line: line breaks and tabs become a blank, invisible characters are removed, and surrounding
/// blanks are trimmed.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if is_plain(trimmed) || !trimmed.contains(is_invisible) {
        return Cow::Borrowed(trimmed);
    }
    let visible = visible(trimmed);
    if !visible.contains(is_line_break) {
        return match visible {
            Cow::Borrowed(same) => Cow::Borrowed(same.trim()),
            Cow::Owned(visible) => Cow::Owned(visible.trim().to_owned()),
        };
    }
    let mut line = String::with_capacity(visible.len());
    for character in visible.chars() {
        match character {
            // "\r\n" becomes one blank, not two.
            _ if is_line_break(character) && line.ends_with(' ') => {}
            _ if is_line_break(character) => line.push(' '),
            _ => line.push(character),
        }
    }
    Cow::Owned(line.trim().to_owned())
}

/// Returns whether a character means nothing around a value: white space, or an invisible mark that copying adds.
pub(super) fn is_surrounding(character: char) -> bool {
    character.is_whitespace() || (is_invisible(character) && !character.is_control())
}

/// The text without white space and invisible characters around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether `text` holds invisible characters that no visible one needs, or line breaks.
pub(super) fn has_hidden(text: &str) -> bool {
    !is_plain(text) && (text.contains(is_line_break) || matches!(visible(text), Cow::Owned(_)))
}

/// The length in UTF-16 code units, as the agent's clients count it.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Returns whether `text` has more than `most` UTF-16 code units.
pub(super) fn is_longer(text: &str, most: usize) -> bool {
    // A UTF-8 text never has fewer bytes than UTF-16 units, so most texts need no counting.
    text.len() > most && length(text) > most
}

/// Truncates `text` to `most` UTF-16 code units, including an ellipsis. A text that fits is returned unchanged.
///
/// It is truncated between grapheme clusters. Only a single cluster that is too long by itself is split.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if !is_longer(text, most) {
        return Cow::Borrowed(text);
    }

    let room = most.saturating_sub(1);
    let mut kept = prefix(text.graphemes(true), room);
    if kept == 0 {
        kept = prefix(text.split_inclusive(|_: char| true), room);
    }
    let mut short = text[..kept].trim_end().to_owned();
    short.push(ELLIPSIS);
    Cow::Owned(short)
}

/// The number of bytes of the leading pieces that fit in `room` UTF-16 code units.
fn prefix<'text>(pieces: impl Iterator<Item = &'text str>, room: usize) -> usize {
    let mut left = room;
    let mut bytes = 0;
    for piece in pieces {
        let Some(rest) = left.checked_sub(length(piece)) else { break };
        left = rest;
        bytes += piece.len();
    }
    bytes
}

/// Makes untrusted text safe to quote in a message: escaped, and truncated to about 64 characters.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 64;

    let mut escaped = text.chars().take(MOST + 1).flat_map(char::escape_debug);
    let mut quoted: String = escaped.by_ref().take(MOST).collect();
    if escaped.next().is_some() {
        quoted.push(ELLIPSIS);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_become_one_and_controls_vanish() {
        assert_eq!(one_line(" Signed\r\n\tby\u{2028}Kenny\u{202E}\u{1b}\u{9b} "), "Signed by Kenny");
    }

    #[test]
    fn a_clean_text_is_not_copied() {
        assert!(matches!(one_line("Contract signed"), Cow::Borrowed("Contract signed")));
    }

    #[test]
    fn a_cut_counts_utf16_units_and_the_ellipsis() {
        assert_eq!(cut("Contoso Hub", 11), "Contoso Hub");
        assert_eq!(cut("Contoso Hubs", 11), "Contoso Hu…");
        assert_eq!(cut("😀😀😀", 5), "😀😀…");
        assert_eq!(cut("😀😀😀", 4), "😀…");
    }

    #[test]
    fn a_cut_does_not_split_what_readers_see_as_one_character() {
        let family = "👨‍👩‍👧";

        assert_eq!(cut(&format!("ab{family}{family}"), 12), format!("ab{family}…"));
    }

    #[test]
    fn one_endless_character_is_cut_within() {
        let endless = format!("e{}", "\u{301}".repeat(1_000));

        assert_eq!(length(&cut(&endless, 20)), 20);
    }

    #[test]
    fn a_quotation_is_short_and_has_nothing_to_inject() {
        assert_eq!(quoted("a\nb\u{202E}"), "a\\nb\\u{202e}");
        assert_eq!(quoted(&"x".repeat(1_000)).chars().count(), 65);
    }

    proptest! {
        #[test]
        fn a_cut_never_exceeds_its_length(text in "\\PC{0,80}|(\\PC|\u{301}|😀|👨‍👩‍👧){0,40}", most in 1_usize..60) {
            let short = cut(&text, most);

            prop_assert!(length(&short) <= most);
            prop_assert!(short == text || short.ends_with(ELLIPSIS));
        }

        #[test]
        fn one_line_leaves_nothing_unfit(text in any::<String>()) {
            let line = one_line(&text);

            prop_assert!(!has_hidden(&line));
            prop_assert_eq!(line.trim(), &*line);
        }
    }
}
