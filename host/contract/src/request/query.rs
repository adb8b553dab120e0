//! The query of a URL: `name=value` pairs, form-encoded.

use percent_encoding::percent_decode_str;

use crate::{InvalidRequest, invalid_request::InputProblem};

/// The meaning of a `+` in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    /// A blank, as in forms.
    Blank,
    /// A plus. Mail addresses and offsets from UTC contain no blanks, and agents leave the plus in them unescaped.
    Plus,
}

/// Finds `names` in `query`, and returns the values, still encoded, in the order of `names`.
///
/// A name that cannot be decoded is ignored like any other unknown name.
pub(crate) fn select<'query, 'name>(
    query: &'query str,
    names: &(impl Iterator<Item = &'name str> + Clone),
) -> Result<Vec<Option<&'query str>>, InvalidRequest> {
    let mut values = vec![None; names.clone().count()];
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Ok(name) = percent_decode_str(name).decode_utf8() else { continue };
        let mut candidates = names.clone().enumerate();
        let Some((index, name)) = candidates.find(|(_, known)| known.eq_ignore_ascii_case(&name)) else { continue };
        if values[index].replace(value).is_some() {
            return Err(InvalidRequest::repeated(name));
        }
    }
    Ok(values)
}

/// Decodes a value. Broken escapes and broken UTF-8 are rejected.
pub(crate) fn decode(value: &str, plus: Plus) -> Result<String, InputProblem> {
    if has_broken_escape(value) {
        return Err(InputProblem::Encoding);
    }
    // Blanks are replaced before the escapes are decoded, because `%2B` always stands for a plus.
    let blanks = match plus {
        Plus::Blank => value.replace('+', " "),
        Plus::Plus => value.to_owned(),
    };
    String::from_utf8(percent_decode_str(&blanks).collect()).map_err(|_| InputProblem::Encoding)
}

fn has_broken_escape(value: &str) -> bool {
    let is_whole =
        |rest: &str| matches!(rest.as_bytes(), [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    !value.split('%').skip(1).all(is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_encoding() {
        let found = select("TOP=1&x=2&%73kip=3&%ff=4&flag", &["top", "skip", "flag", "none"].into_iter());

        assert_eq!(found, Ok(vec![Some("1"), Some("3"), Some(""), None]));
    }

    #[test]
    fn a_name_given_twice_is_refused_even_with_one_value() {
        let found = select("top=1&Top=1", &["top"].into_iter());

        assert_eq!(found, Err(InvalidRequest::repeated("top")));
    }

    #[test]
    fn a_plus_is_a_blank_or_itself() {
        assert_eq!(decode("a+b%2Bc", Plus::Blank).as_deref(), Ok("a b+c"));
        assert_eq!(decode("a+b%2Bc", Plus::Plus).as_deref(), Ok("a+b+c"));
    }

    #[test]
    fn what_nobody_means_is_refused() {
        for value in ["%", "%2", "%zz", "%ff", "%ED%A0%BD"] {
            assert_eq!(decode(value, Plus::Blank), Err(InputProblem::Encoding), "{value}");
        }
    }
}
