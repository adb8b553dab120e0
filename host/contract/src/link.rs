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
    if is_normal(trimmed) {
        return Some(trimmed.to_owned());
    }
    let url = Url::parse(trimmed).ok()?;
    let leads_to_the_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let names_a_user = !url.username().is_empty() || url.password().is_some();
    if !leads_to_the_web || names_a_user {
        return None;
    }
    Some(String::from(url)).filter(|url| url.len() <= MOST)
}

/// Returns whether `text` is a web address that the `url` crate would write as it is. It knows only the usual ones, and is
/// much faster than the crate: an answer may have hundreds of links.
fn is_normal(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let mut parts = rest.as_bytes().splitn(2, |byte| *byte == b'/');
    let (Some(host), Some(target)) = (parts.next(), parts.next()) else { return false };
    let mut parts = target.splitn(2, |byte| *byte == b'?');
    let (path, query) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut labels = host.split(|byte| *byte == b'.');
    // A number at the end would make the host an IPv4 address.
    let is_domain = labels.clone().all(is_plain_label)
        && labels.next_back().and_then(<[u8]>::first).is_some_and(u8::is_ascii_lowercase);
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.');
    // Segments such as `..` would be resolved.
    let is_path = path
        .split(|byte| *byte == b'/')
        .all(|segment| segment.first() != Some(&b'.') && segment.iter().all(|byte| is_unreserved(*byte)));
    is_domain && is_path && query.iter().all(|byte| is_unreserved(*byte) || matches!(byte, b'=' | b'&' | b'%'))
}

/// Returns whether `label` is a part of a host's name that needs no check of IDNA.
fn is_plain_label(label: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    !label.is_empty() && label.len() < 64 && label.iter().all(is_plain) && !label.starts_with(b"xn--")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_that_counts_as_normal_is_written_as_it_is(
            text in "https?://([a-z0-9A-Z:@-]{1,3}|xn--[a-z]{1,3}|0x1|127|\\.){1,5}(/[a-z.%2eE\\\\ é-]{0,4}){0,3}([?#&=][a-zA-Z0-9%=&'\"<>?]{0,5}){0,2}",
        ) {
            if is_normal(&text) {
                prop_assert_eq!(Url::parse(&text).map(String::from), Ok(text));
            }
        }
    }

    #[test]
    fn usual_addresses_count_as_normal() {
        for text in ["https://hub.contoso.example/contracts/C-1024", "http://a.b/", "https://a.example/x/?id=1&b=%20"] {
            assert!(is_normal(text), "{text}");
            assert_eq!(Url::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

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
