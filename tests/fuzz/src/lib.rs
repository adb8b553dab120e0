//! Checks that the fuzz targets share. They are written independently of the host's own code, so that they do not share
//! its faults.

/// Returns whether `text` is one line without control characters or changes of text direction.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let is_unfit = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !text.contains(is_unfit)
}

/// Returns whether `text` is a plain http or https URL, without credentials.
#[must_use]
pub fn leads_to_the_web(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && text.len() <= 2_048
        && is_plain(text)
}

/// Returns whether `text` is an instant in UTC, to the second or finer.
#[must_use]
pub fn is_utc(text: &str) -> bool {
    let Some(local) = text.strip_suffix('Z') else { return false };
    let pattern = |at: usize, byte: u8| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 => byte == b'.',
        _ => byte.is_ascii_digit(),
    };
    local.len() >= 19 && local.bytes().enumerate().all(|(at, byte)| pattern(at, byte))
}
