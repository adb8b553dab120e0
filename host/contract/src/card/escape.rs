//! Escaping of text for cards, which render markdown (CommonMark): it is shown as it is, whatever it looks like.

/// Characters that, besides underscores, may begin or end emphasis, a link, an image, code, markup or strikethrough
/// anywhere in a text.
const INLINE: [char; 7] = ['\\', '[', ']', '<', '*', '`', '~'];

/// Characters that, at the beginning of a text, may make it a list, a heading, a quotation or a rule.
const LEADING: [char; 5] = ['-', '+', '#', '>', '='];

/// Escapes `text`, which is one line without blanks around it, so that a renderer shows its characters and nothing
/// else.
///
/// Only what could have a meaning is escaped, since not every renderer knows escapes.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (index, character) in text.char_indices() {
        let rest = &text[index + character.len_utf8()..];
        let is_marked = match character {
            // Within a word, as in many URLs, an underscore means nothing.
            '_' => !(text[..index].ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric)),
            _ if INLINE.contains(&character) => true,
            _ if LEADING.contains(&character) => index == 0,
            // The number of an item in a list.
            '.' | ')' => index == digits && digits > 0 && (rest.is_empty() || rest.starts_with([' ', '\t'])),
            '&' => is_entity(rest),
            // A date for the client to format, such as `{{DATE(2026-05-12T08:30:00Z)}}`, before it reads markdown.
            '{' => text[..index].ends_with('{'),
            _ => false,
        };
        if is_marked {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

/// Returns whether an entity begins with `rest`, which follows `&`.
fn is_entity(rest: &str) -> bool {
    let Some((name, _)) = rest.split_once(';') else { return false };
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markdown_in_a_text_is_shown_and_not_obeyed() {
        assert_eq!(plain("[x](https://evil.example) <b> *y*"), "\\[x\\](https://evil.example) \\<b> \\*y\\*");
    }

    #[test]
    fn a_text_that_looks_like_a_list_a_heading_or_a_quotation_is_none() {
        for (text, expected) in [
            ("12. Mai 2026", "12\\. Mai 2026"),
            ("2026.", "2026\\."),
            ("1) first", "1\\) first"),
            ("- 3 %", "\\- 3 %"),
            ("+ 5 %", "\\+ 5 %"),
            ("# 4711", "\\# 4711"),
            ("> 90 days", "\\> 90 days"),
            ("---", "\\---"),
            ("=", "\\="),
            ("_a_ b__c _", "\\_a\\_ b\\_\\_c \\_"),
            ("~~~", "\\~\\~\\~"),
            ("R&amp;D, &#65; and AT&T; but A & B;", "R\\&amp;D, \\&#65; and AT\\&T; but A & B;"),
            ("{{DATE(2026-05-12T08:30:00Z)}}", "{\\{DATE(2026-05-12T08:30:00Z)}}"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn what_has_no_meaning_is_not_escaped() {
        for text in [
            "",
            "plain text",
            "https://a.example/one_two_3",
            "3.5 % - 4 %",
            "a + b = c, see #4711 > 5",
            "1.2.3",
            "Q1.",
            "10:30",
            "{x}",
            "(1) a",
        ] {
            assert_eq!(plain(text), text);
        }
    }
}
