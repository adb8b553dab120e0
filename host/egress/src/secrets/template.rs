//! Replaces templates `{{secret:NAME}}` in requests by the secrets they name.

use std::borrow::Cow;

use hyper::header::HeaderName;
use memchr::memmem;
use secrecy::ExposeSecret;

use super::{GoesTo, Secret, Secrets};
use crate::origin::Origin;

/// The beginning of a template.
const BEGINNING: &str = "{{secret:";

/// The end of a template.
const END: &str = "}}";

/// The part of a request that holds a text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SecretSlot<'a> {
    Header(&'a HeaderName),
    Body,
}

/// The reason a secret is not put into a request. The text never contains a secret's value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfilled {
    #[error("the plugin is granted no secret `{0}`")]
    Unknown(String),
    #[error("the secret `{name}` may not be sent to {to}: its grant names its only destination, by https")]
    Elsewhere { name: String, to: String },
    #[error("with its secrets it is too large")]
    TooLarge,
}

/// Returns whether a text contains a template.
pub(crate) fn has_template(text: &str) -> bool {
    text.contains(BEGINNING)
}

/// Searches for a template in a text that arrives in pieces.
#[derive(Default)]
pub(crate) struct TemplateSearch {
    /// The end of the text so far, shorter than a template's beginning.
    end: Vec<u8>,
}

impl TemplateSearch {
    /// Returns whether a template begins in `piece`, or begins before it and continues in it.
    pub(crate) fn finds_in(&mut self, piece: &[u8]) -> bool {
        const SHORTER: usize = BEGINNING.len() - 1;
        let seam = [&self.end, &piece[..piece.len().min(SHORTER)]].concat();
        let is_found = [&seam, piece].into_iter().any(|text| memmem::find(text, BEGINNING.as_bytes()).is_some());
        self.end.extend_from_slice(&piece[piece.len().saturating_sub(SHORTER)..]);
        self.end.drain(..self.end.len().saturating_sub(SHORTER));
        is_found
    }
}

impl Secrets {
    /// Returns a header's value or a body with templates replaced by secrets. A short template may stand for a
    /// long secret, so the result has at most `most` bytes. Text that comes from a secret is not searched for
    /// templates.
    ///
    /// # Errors
    ///
    /// Fails if a secret is unknown or may not go to `origin` and `place`, or if the result is too large.
    pub(crate) fn fill<'t>(
        &self,
        text: &'t str,
        location: SecretSlot<'_>,
        origin: &Origin,
        most: usize,
    ) -> Result<Cow<'t, str>, Unfilled> {
        let Some((mut before, mut rest)) = text.split_once(BEGINNING) else { return Ok(Cow::Borrowed(text)) };
        let mut filled = String::new();
        let mut push = |text: &str| {
            if filled.len() + text.len() > most {
                return Err(Unfilled::TooLarge);
            }
            filled.push_str(text);
            Ok(())
        };
        loop {
            push(before)?;
            let unknown = |name: &str| Unfilled::Unknown(name.chars().take(64).collect());
            let (name, after) = rest.split_once(END).ok_or_else(|| unknown(rest))?;
            let secret = self.0.get(name).ok_or_else(|| unknown(name))?;
            if !secret.may_go_to(location, origin) {
                return Err(Unfilled::Elsewhere { name: name.to_owned(), to: to(location, origin) });
            }
            push(secret.value.expose_secret())?;
            match after.split_once(BEGINNING) {
                Some(next) => (before, rest) = next,
                None => {
                    push(after)?;
                    return Ok(Cow::Owned(filled));
                }
            }
        }
    }
}

impl Secrets {
    /// Returns whether templates in `text` name a secret that the plugin may not read.
    pub(crate) fn hides_in(&self, text: &str) -> bool {
        let names = text.split(BEGINNING).skip(1).filter_map(|rest| rest.split_once(END));
        names.filter_map(|(name, _)| self.0.get(name)).any(|secret| !secret.readable)
    }
}

impl Secret {
    fn may_go_to(&self, location: SecretSlot<'_>, origin: &Origin) -> bool {
        let Some(goes_to) = &self.goes_to else { return false };
        let GoesTo::Only { hosts, header } = goes_to else { return origin.is_https() || origin.is_loopback() };
        let is_the_place = match (location, header) {
            (SecretSlot::Header(name), Some(header)) => name == header,
            (SecretSlot::Body, None) => true,
            (SecretSlot::Header(_), None) | (SecretSlot::Body, Some(_)) => false,
        };
        is_the_place && origin.is_https() && hosts.iter().any(|host| host == origin.host())
    }
}

fn to(location: SecretSlot<'_>, origin: &Origin) -> String {
    match location {
        SecretSlot::Header(name) => format!("{origin} in the header `{name}`"),
        SecretSlot::Body => format!("{origin} in the body"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hyper::header::{AUTHORIZATION, COOKIE};

    use super::*;
    use crate::grants::SecretGrant;

    const VALUE: &str = "open sesame";

    fn at(origin: &str) -> Origin {
        Origin::parse(origin).expect("the test writes an origin")
    }

    fn in_header(text: &str, header: &HeaderName, origin: &str) -> Result<String, Unfilled> {
        let secrets = Secrets::of_header("token", VALUE, "authorization", "api.contoso.com");
        secrets.fill(text, SecretSlot::Header(header), &at(origin), 1_024).map(Cow::into_owned)
    }

    #[test]
    fn a_secret_goes_to_its_host_and_header() {
        let granted = |text| in_header(text, &AUTHORIZATION, "https://api.contoso.com:8443");

        assert_eq!(granted("Bearer {{secret:token}}").as_deref(), Ok("Bearer open sesame"));
        assert_eq!(granted("{{secret:token}} {{secret:token}}.").as_deref(), Ok("open sesame open sesame."));
        assert_eq!(granted("no {{template}}").as_deref(), Ok("no {{template}}"));
    }

    #[test]
    fn a_secret_goes_nowhere_else() {
        let text = "Bearer {{secret:token}}";
        for (header, origin) in [
            (&COOKIE, "https://api.contoso.com"),
            (&AUTHORIZATION, "http://api.contoso.com"),
            (&AUTHORIZATION, "https://contoso.com"),
            (&AUTHORIZATION, "https://a.api.contoso.com"),
            (&AUTHORIZATION, "https://api.contoso.com.evil.example"),
        ] {
            let error = in_header(text, header, origin).expect_err(origin);
            assert!(matches!(error, Unfilled::Elsewhere { .. }) && !error.to_string().contains(VALUE), "{error}");
        }
        let secrets = Secrets::of_header("token", VALUE, "authorization", "api.contoso.com");
        assert!(secrets.fill(text, SecretSlot::Body, &at("https://api.contoso.com"), 1_024).is_err());
        let secrets = Secrets::of_body("token", VALUE, "api.contoso.com");
        assert!(secrets.fill(text, SecretSlot::Body, &at("https://api.contoso.com"), 1_024).is_ok());
        assert!(secrets.fill(text, SecretSlot::Header(&AUTHORIZATION), &at("https://api.contoso.com"), 1_024).is_err());
    }

    #[test]
    fn a_secret_of_an_author_goes_by_http_to_this_machine_alone() {
        let grants = BTreeMap::from([("token".to_owned(), SecretGrant::of_author("hunter2".to_owned()))]);
        let secrets = Secrets::read(&grants).expect("it has a value");
        let goes = |location, origin: &str| secrets.fill("{{secret:token}}", location, &at(origin), 1_024).is_ok();

        for here in ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]", "https://api.contoso.com"] {
            assert!(goes(SecretSlot::Header(&COOKIE), here) && goes(SecretSlot::Body, here), "{here}");
        }
        for elsewhere in [
            "http://api.contoso.com",
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(!goes(SecretSlot::Header(&COOKIE), elsewhere) && !goes(SecretSlot::Body, elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_name_that_is_not_granted_or_does_not_end_is_refused() {
        for text in
            ["{{secret:other}}", "{{secret:}}", "{{secret:token", "{{secret:token}", "{{secret:{{secret:token}}"]
        {
            let error = in_header(text, &AUTHORIZATION, "https://api.contoso.com").expect_err(text);
            assert!(matches!(error, Unfilled::Unknown(_)), "{text}: {error}");
        }
    }

    #[test]
    fn what_a_secret_holds_stands_for_nothing() {
        let secrets = Secrets::of_body("token", "{{secret:token}}", "api.contoso.com");

        let filled = secrets.fill("a {{secret:token}} b", SecretSlot::Body, &at("https://api.contoso.com"), 1_024);

        assert_eq!(filled.as_deref(), Ok("a {{secret:token}} b"));
    }

    #[test]
    fn few_bytes_of_a_guests_do_not_become_many_of_a_secrets() {
        let secrets = Secrets::of_header("token", VALUE, "authorization", "api.contoso.com");
        let fill = |times: usize, most: usize| {
            let text = "{{secret:token}}".repeat(times);
            let location = SecretSlot::Header(&AUTHORIZATION);
            secrets.fill(&text, location, &at("https://api.contoso.com"), most).map(|filled| filled.len())
        };

        assert_eq!(fill(10, 10 * VALUE.len()), Ok(10 * VALUE.len()));
        assert_eq!(fill(10, 10 * VALUE.len() - 1), Err(Unfilled::TooLarge));
    }

    #[test]
    fn what_stands_for_a_secret_is_found_however_its_text_is_cut() {
        let text = "a {{secret:token}} b";
        let finds = |pieces: &[&str]| {
            let mut search = TemplateSearch::default();
            pieces.iter().filter(|piece| search.finds_in(piece.as_bytes())).count() == 1
        };
        for cut in 0..text.len() {
            let (one, other) = text.split_at(cut);
            assert!(finds(&[one, other]), "cut at {cut}");
        }
        let characters: Vec<_> = (0..text.len()).map(|at| &text[at..=at]).collect();
        assert!(finds(&characters));
        assert!(!finds(&["{{secret", "{{secret ", ":", "{secret:"]));
    }
}
