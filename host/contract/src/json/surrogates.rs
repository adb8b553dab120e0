//! Lone surrogates, which programs in UTF-16 write when they cut a text within an emoji.

use std::borrow::Cow;

/// The length of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

/// Replaces each lone surrogate escape in `json` by U+FFFD, since no string of JSON can hold one as text.
pub(super) fn replace_lone(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    let mut lone = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&byte| byte == b'\\') {
        at += found;
        at += match (unit(bytes, at), unit(bytes, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                lone.push(at);
                ESCAPE
            }
            // The character after a backslash may be another backslash, which begins no escape.
            _ => 2,
        };
        if at >= bytes.len() {
            break;
        }
    }
    if lone.is_empty() {
        return Cow::Borrowed(json);
    }
    let mut replaced = String::with_capacity(json.len());
    let mut copied = 0;
    for at in lone {
        replaced.push_str(&json[copied..at]);
        replaced.push_str("\\ufffd");
        copied = at + ESCAPE;
    }
    replaced.push_str(&json[copied..]);
    Cow::Owned(replaced)
}

/// The UTF-16 code unit of the escape at `at`, if there is one.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| {
        let digit = char::from(digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
        Some(unit << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_become_one_character_each() {
        for (json, expected) in [
            (r#""cut \ud83d""#, r#""cut \ufffd""#),
            (r#""\uDE00 cut""#, r#""\ufffd cut""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
        ] {
            assert_eq!(replace_lone(json), expected);
        }
    }

    #[test]
    fn everything_else_is_borrowed() {
        for json in ["", "\\", r"\u", r#""\ud83d\ude00 😀 \\ud83d \u00e9""#, "{\"é\\", r#""\ud83"#] {
            assert!(matches!(replace_lone(json), Cow::Borrowed(same) if same == json), "{json}");
        }
    }
}
