//! The credentials in a request's headers.

use super::CallerRejected;

/// The longest token, in bytes. Those of Entra ID stay below 8 KiB.
const LONGEST_TOKEN: usize = 16 << 10;

/// The values of the two headers that may hold credentials, unchanged.
#[derive(Clone, Default)]
pub(crate) struct Credentials<'a> {
    /// Values of `Authorization`.
    pub(crate) authorization: Vec<&'a [u8]>,
    /// Values of `x-api-key`.
    pub(crate) api_key: Vec<&'a [u8]>,
}

/// The one credential of a request.
#[derive(PartialEq, Eq)]
pub(crate) enum Presented<'a> {
    Nothing,
    /// The text after `Bearer`.
    Token(&'a str),
    ApiKey(&'a [u8]),
}

impl<'a> Credentials<'a> {
    /// The one credential of the request.
    ///
    /// # Errors
    ///
    /// Fails if there are several, because another server could pick a different one.
    pub(super) fn presented(&self) -> Result<Presented<'a>, CallerRejected> {
        match (&self.authorization[..], &self.api_key[..]) {
            ([], []) => Ok(Presented::Nothing),
            ([authorization], []) => bearer(authorization).map(Presented::Token),
            ([], [key]) => Ok(Presented::ApiKey(key)),
            _ => Err(CallerRejected::Ambiguous),
        }
    }
}

/// The token of `Bearer TOKEN`.
fn bearer(authorization: &[u8]) -> Result<&str, CallerRejected> {
    let (scheme, token) = authorization.split_at_checked("Bearer ".len()).ok_or(CallerRejected::OtherScheme)?;
    if !scheme.eq_ignore_ascii_case(b"Bearer ") {
        return Err(CallerRejected::OtherScheme);
    }
    let token = token.trim_ascii();
    if token.len() > LONGEST_TOKEN {
        return Err(CallerRejected::Malformed);
    }
    str::from_utf8(token).map_err(|_| CallerRejected::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presented<'a>(authorization: &[&'a str], api_key: &[&'a str]) -> Result<Presented<'a>, CallerRejected> {
        let bytes = |texts: &[&'a str]| texts.iter().map(|text| text.as_bytes()).collect();
        Credentials { authorization: bytes(authorization), api_key: bytes(api_key) }.presented()
    }

    #[test]
    fn a_token_follows_its_scheme_and_a_key_stands_alone() {
        assert!(presented(&[], &[]) == Ok(Presented::Nothing));
        assert!(presented(&["Bearer a.b.c"], &[]) == Ok(Presented::Token("a.b.c")));
        assert!(presented(&["bearer  a.b.c "], &[]) == Ok(Presented::Token("a.b.c")));
        assert!(presented(&[], &["k"]) == Ok(Presented::ApiKey(b"k")));
    }

    #[test]
    fn other_schemes_and_endless_tokens_are_refused() {
        let long = format!("Bearer {}", "a".repeat(LONGEST_TOKEN + 1));
        for (authorization, why) in [
            ("Basic YTpi", CallerRejected::OtherScheme),
            ("Bearer", CallerRejected::OtherScheme),
            ("", CallerRejected::OtherScheme),
            (&long, CallerRejected::Malformed),
        ] {
            assert!(presented(&[authorization], &[]) == Err(why), "{why:?}");
        }
    }

    #[test]
    fn several_proofs_prove_nothing() {
        for (authorization, key) in
            [(&["Bearer a", "Bearer b"][..], &[][..]), (&["Bearer a"], &["k"]), (&[], &["k", "k"])]
        {
            assert!(presented(authorization, key) == Err(CallerRejected::Ambiguous));
        }
    }
}
