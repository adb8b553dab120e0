//! Checks of URLs that are shown to a seller.

use url::Url;

/// Longest URL passed on, in characters.
const MOST: usize = 2_048;

/// Returns whether `text` is a URL that may be shown to a seller as a link.
pub fn is_web_address(text: &str) -> bool {
    web(text).is_some()
}

/// The URL `text` as the `url` crate writes it, if it is absolute, `http` or `https`, has no user name and is not too
/// long.
pub(super) fn web(text: &str) -> Option<String> {
    let trimmed = super::text::trim(text);
    // The crate would drop tabs and line breaks within a URL, which is one way to hide a link's target; others are
    // invisible.
    if trimmed.len() > MOST || super::text::has_hidden(trimmed) {
        return None;
    }
    let url = Url::parse(trimmed).ok()?;
    let leads_to_the_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let names_a_user = !url.username().is_empty() || url.password().is_some();
    if !leads_to_the_web || names_a_user {
        return None;
    }
    Some(String::from(url)).filter(|url| url.len() <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_is_normalised() {
        assert_eq!(web(" HTTPS://Hub.Contoso.example/a b ").as_deref(), Some("https://hub.contoso.example/a%20b"));
    }

    #[test]
    fn invisible_characters_around_a_web_address_do_not_cost_it() {
        assert_eq!(web("\u{feff}https://hub.example/1\u{200b} ").as_deref(), Some("https://hub.example/1"));
        assert_eq!(web("https://hub.\u{200b}example/1"), None);
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for text in [
            "",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "/contract/1",
            "//hub.example/1",
            "hub.example/1",
            "file:///etc/passwd",
            "data:text/html,x",
            "https://",
            "https://kenny:secret@hub.example/",
            "https://hub.example@evil.example/",
            "https://hub.\texample/",
        ] {
            assert_eq!(web(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_url_that_grows_too_long_by_escaping_is_refused() {
        let text = format!("https://hub.example/{}", " x".repeat(900));

        assert!(text.len() < MOST);
        assert_eq!(web(&text), None);
    }
}
