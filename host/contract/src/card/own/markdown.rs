//! Checks of links in the markdown that the texts of a card may hold.
//!
//! What CommonMark makes a link of must have an allowed scheme. Other text that resembles a link, such as
//! `[Today]: 10:30 call` or `<4:00 h`, is shown as it is, unless a careless renderer might make a script of it.

use super::references;

/// Schemes that a link may have.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Schemes that run a script.
const SCRIPTS: [&str; 2] = ["javascript", "vbscript"];

/// Returns whether every link in `text` has an allowed scheme: web, mail or telephone.
pub(super) fn leads_to_the_web(text: &str) -> bool {
    inline_targets(text).all(|target| is_harmless(&target))
        && text.split('<').skip(1).filter_map(autolink_target).all(is_harmless)
        && references::are_harmless(text)
        && !["](", "]:", "<"].iter().flat_map(|mark| text.split(mark).skip(1)).any(runs_script)
}

/// The targets of links of the form `[text](target)`.
fn inline_targets(text: &str) -> impl Iterator<Item = String> {
    let mut pieces = text.split("](").skip(1).map(str::trim_start).peekable();
    std::iter::from_fn(move || {
        let piece = pieces.next()?;
        // A target may hold the mark at which the next piece begins.
        Some((piece, pieces.peek().is_some()))
    })
    .filter_map(|(piece, is_followed)| inline_target(piece, is_followed))
}

/// The target of a link, if `rest`, which follows `](`, begins with one.
fn inline_target(rest: &str, is_followed: bool) -> Option<String> {
    if let Some(bracketed) = rest.strip_prefix('<') {
        let target = bracketed.split_once('>').map(|(target, _)| target).or(is_followed.then_some(bracketed))?;
        return Some(without_breaks(target));
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (target, after) = rest.split_at(end);
    let is_cut = is_followed && after.is_empty();
    let is_link = is_cut || target.contains(')') || after.trim_start().starts_with([')', '"', '\'', '(']);
    is_link.then(|| target.to_owned())
}

/// The target of an autolink, if `rest`, which follows `<`, begins with one.
fn autolink_target(rest: &str) -> Option<&str> {
    let (target, _) = rest.split_once('>')?;
    let is_link = scheme(target).is_some() && !target.contains(char::is_whitespace);
    is_link.then_some(target)
}

/// Browsers ignore line breaks and tabs within a URL.
pub(super) fn without_breaks(target: &str) -> String {
    target.trim().replace(['\t', '\n', '\r'], "")
}

/// Returns whether a link's target has no scheme or an allowed one.
pub(super) fn is_harmless(target: &str) -> bool {
    if let Some(scheme) = scheme(target) {
        return SCHEMES.iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed));
    }
    let end = target.find(['/', '?', ')']).unwrap_or(target.len());
    let beginning = &target[..end];
    // An escape or an entity may stand for a part of a scheme.
    !beginning.contains('\\') && !beginning.split('&').skip(1).any(is_entity)
}

/// Returns whether an entity begins with `rest`, which follows `&`.
fn is_entity(rest: &str) -> bool {
    rest.starts_with('#')
        || rest.trim_start_matches(|character: char| character.is_ascii_alphanumeric()).starts_with(';')
}

/// The scheme that `target` begins with.
fn scheme(target: &str) -> Option<&str> {
    let (scheme, _) = target.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some(scheme)
}

/// Returns whether `rest`, which follows a mark of a link, begins with a script. In prose, a blank follows the colon.
fn runs_script(rest: &str) -> bool {
    let target = rest.trim_start_matches([' ', '\t', '\r', '\n', '<']);
    SCRIPTS.iter().any(|script| {
        let (scheme, rest) = target.split_at_checked(script.len()).unwrap_or_default();
        let code = rest.strip_prefix(':').filter(|code| !code.starts_with(char::is_whitespace));
        scheme.eq_ignore_ascii_case(script) && code.is_some()
    })
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
            "[Bug [021356]](https://hub.example/b): parse",
            "[Call](tel:+4930123456) [Q&A](Q&A)",
        ] {
            assert!(leads_to_the_web(text), "{text}");
        }
    }

    #[test]
    fn ordinary_text_that_resembles_a_link_passes() {
        for text in [
            "[Today]: 10:30 call with Kenny",
            "[#4711]: Status:open",
            "[#4711]: Status:open since Monday",
            "[#4711]: Status:open\n[#4711]: Owner:Kenny\n- [#4712]: Status:closed",
            "**[Opportunity]:** Renewal:2026",
            "Answer times <4:00 h in 90 % of cases, >8:00 h in 2 %",
            "times <4:00 h",
            "Odds <3:1> and <SLA: 4 h>",
            "[4711](Status: open, see note)",
            "[Book]: JavaScript: The Good Parts (javascript: a primer)",
            "Open [a](10:30) and b](c:d",
            "Mail from Kenny <kenny@contoso.example>: [draft]:\n\nDear Alberto",
        ] {
            assert!(leads_to_the_web(text), "{text}");
        }
    }

    #[test]
    fn a_link_of_another_scheme_does_not_pass() {
        for text in [
            "[x](javascript:alert(1))",
            "[x]( <JavaScript:alert(1)>)",
            "[x](<java\tscript:alert(1)>)",
            "[x](java&#115;cript:alert(1))",
            "[x](javascript&colon;alert(1))",
            "[x](javascript\\:alert(1))",
            "[x](javascript:alert(1) \"title\")",
            "[x][y]\n\n[y]: javascript:alert(1)",
            "[x][y]\n\n[y]: file:///etc/passwd 'title'",
            "[Y]\n\n> [y]:\n  <file:///etc/pass wd>",
            "[y][]\n\n[y]: java&#115;cript:alert(1)",
            "[y]: javascript:alert(1)",
            "<javascript:alert(1)>",
            "[x](\nvbscript:x)",
            "[a](https://ok.example) [x](data:text/html,x)",
            "[x](file:///etc/passwd)",
            "[x](file:a](b)) [x](<file:a](b>)",
            "f[1](a:b)",
            "[Chat](msteams://teams.microsoft.com/l/chat/0/0)",
        ] {
            assert!(!leads_to_the_web(text), "{text}");
        }
    }

    #[test]
    fn a_long_text_of_nothing_but_marks_is_checked_in_linear_time() {
        for mark in ["[", "]", "](", "]:", "<", "[a]:b:c\n", "[a](", "&", "(:<", "[a]: <"] {
            let begun = std::time::Instant::now();

            let _ = leads_to_the_web(&mark.repeat(64 * 1024 / mark.len()));

            assert!(begun.elapsed().as_secs() < 2, "{mark}");
        }
    }
}
