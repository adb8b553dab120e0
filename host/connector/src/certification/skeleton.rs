//! The skeleton of a text, after Unicode's report on security (UTS 39): letters that look like Latin ones become those.
//!
//! A reviewer reads names as they look. Of Unicode's table these are the letters of Cyrillic and Greek that are drawn
//! like Latin ones, and the wide, circled and mathematical forms of Latin letters.

use contract::visible;

/// Latin letters, each with those that look like it.
const LOOKALIKES: [(char, &str); 34] = [
    ('A', "\u{410}\u{391}"),
    ('B', "\u{412}\u{392}"),
    ('C', "\u{421}\u{3F9}"),
    ('E', "\u{415}\u{395}"),
    ('H', "\u{41D}\u{397}"),
    ('I', "\u{406}\u{399}"),
    ('J', "\u{408}"),
    ('K', "\u{41A}\u{39A}"),
    ('M', "\u{41C}\u{39C}"),
    ('N', "\u{39D}"),
    ('O', "\u{41E}\u{39F}"),
    ('P', "\u{420}\u{3A1}"),
    ('S', "\u{405}"),
    ('T', "\u{422}\u{3A4}"),
    ('W', "\u{51C}"),
    ('X', "\u{425}\u{3A7}"),
    ('Y', "\u{4AE}\u{3A5}"),
    ('Z', "\u{396}"),
    ('a', "\u{430}\u{3B1}"),
    ('c', "\u{441}\u{3F2}"),
    ('d', "\u{501}"),
    ('e', "\u{435}"),
    ('h', "\u{4BB}"),
    ('i', "\u{456}\u{131}\u{3B9}"),
    ('j', "\u{458}\u{3F3}"),
    ('o', "\u{43E}\u{3BF}"),
    ('p', "\u{440}\u{3C1}"),
    ('q', "\u{51B}"),
    ('s', "\u{455}"),
    ('u', "\u{3C5}"),
    ('v', "\u{475}\u{3BD}"),
    ('w', "\u{51D}"),
    ('x', "\u{445}\u{3C7}"),
    ('y', "\u{443}\u{3B3}"),
];

/// The first of the wide, circled and mathematical letters. Each row but the first has capitals before small letters.
const WIDE: u32 = 0xFF01;
const CIRCLED: u32 = 0x24B6;
const MATHEMATICAL: u32 = 0x1D400;

/// The letters of one alphabet, capital and small.
const ALPHABET: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Returns the skeleton of `text`, without characters that nobody sees.
pub(super) fn of(text: &str) -> String {
    visible(text).chars().map(latin).collect()
}

/// Returns the Latin letter that `character` looks like, else itself.
fn latin(character: char) -> char {
    let code = u32::from(character);
    let letter = |first: u32| char::from(ALPHABET[(code - first) as usize % ALPHABET.len()]);
    match code {
        WIDE..=0xFF5E => char::from_u32(code - WIDE + u32::from('!')).unwrap_or(character),
        CIRCLED..=0x24E9 => letter(CIRCLED),
        MATHEMATICAL..=0x1D6A3 => letter(MATHEMATICAL),
        _ => {
            let like = LOOKALIKES.iter().find(|(_, like)| !character.is_ascii() && like.contains(character));
            like.map_or(character, |(latin, _)| *latin)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_like_latin_ones_become_those() {
        for text in [
            "P\u{43E}w\u{435}r B\u{406}",
            "\u{FF30}\u{FF4F}\u{FF57}\u{FF45}\u{FF52} \u{FF22}\u{FF29}",
            "\u{24C5}\u{24DE}\u{24E6}\u{24D4}\u{24E1} BI",
            "\u{1D40F}\u{1D428}\u{1D430}\u{1D41E}\u{1D42B} \u{1D435}\u{1D43C}",
            "Po\u{200B}wer B\u{AD}I",
        ] {
            assert_eq!(of(text), "Power BI", "{text}");
        }
    }

    #[test]
    fn other_letters_stay() {
        for text in ["Contoso Hub 365", "\u{416}\u{444}\u{3A9}", "\u{9867}\u{5BA2}", "Caf\u{E9}"] {
            assert_eq!(of(text), text);
        }
    }
}
