//! Checks of links in the markdown that the texts of a card may hold.

/// Schemes that a link may have.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Returns whether every link in `text` has an allowed scheme: web, mail or telephone.
///
/// Checks everything that may be the target of a link: `[…](target)`, `[…]: target` or `<target>`. It does not follow
/// every rule of markdown, and so rejects some harmless texts.
pub(super) fn leads_to_the_web(text: &str) -> bool {
    let targets = text.split("](").skip(1).chain(text.split("]:").skip(1));
    let autolinks = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(target, _)| target);
    targets.map(str::trim_start).map(|target| target.trim_start_matches('<')).chain(autolinks).all(is_harmless)
}

/// Returns whether `text`, which begins with a target, has no scheme or an allowed one.
fn is_harmless(text: &str) -> bool {
    let end = text.find(|character: char| character.is_whitespace() || "/?)>".contains(character));
    let beginning = &text[..end.unwrap_or(text.len())];
    // An entity or an escape may encode a colon, so a target that holds one counts as having an unknown scheme.
    let Some(mark) = beginning.find([':', '&', '\\']) else { return true };
    let (scheme, rest) = beginning.split_at(mark);
    rest.starts_with(':') && SCHEMES.iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_links_to_the_web_pass() {
        for text in [
            "",
            "a < b and [x]: y",
            "3 <4: and a <b c: d",
            "[Contract](https://hub.contoso.example/contract/1?a=b:c&d)",
            "[mail](mailto:kenny@contoso.example) <HTTPS://hub.example>",
            "[relative](contract/1)",
            "[x](#top)",
        ] {
            assert!(leads_to_the_web(text), "{text}");
        }
    }

    #[test]
    fn a_link_of_another_scheme_does_not_pass() {
        for text in [
            "[x](javascript:alert(1))",
            "[x]( <JavaScript:alert(1)>)",
            "[x](java&#115;cript:alert(1))",
            "[x](javascript&colon;alert(1))",
            "[x](javascript\\:alert(1))",
            "[x][y]\n\n[y]: javascript:alert(1)",
            "<javascript:alert(1)>",
            "[x](\nvbscript:x)",
            "[a](https://ok.example) [x](data:text/html,x)",
            "[x](file:///etc/passwd)",
        ] {
            assert!(!leads_to_the_web(text), "{text}");
        }
    }
}
