//! Links in markdown, which the texts of a card may hold.

/// Schemes a link may have.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Whether no link in `text` leads elsewhere than to the web, mail or telephone.
///
/// Looks at whatever may be the target of a link, `[…](target)`, `[…]: target` or `<target>`, and rather refuses a text
/// that is harmless than follow every rule of markdown.
pub(super) fn leads_to_the_web(text: &str) -> bool {
    ["](", "]:", "<"].into_iter().all(|mark| text.split(mark).skip(1).all(is_harmless))
}

/// Whether `rest`, which begins with a target, has none or one of a scheme that is allowed.
fn is_harmless(rest: &str) -> bool {
    let target = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '<');
    let end = target.find(|character: char| character.is_whitespace() || "/?)>".contains(character));
    let beginning = &target[..end.unwrap_or(target.len())];
    let Some((scheme, _)) = beginning.split_once([':', '&', '\\']) else { return true };
    // An entity or an escape may spell a colon: a scheme with either is none of these.
    beginning[scheme.len()..].starts_with(':') && SCHEMES.iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_links_to_the_web_pass() {
        for text in [
            "",
            "a < b and [x]: y",
            "3 <4",
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
