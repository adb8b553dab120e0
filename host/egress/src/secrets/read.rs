//! Reads a secret from the source that its grant names.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use secrecy::zeroize::Zeroizing;

use super::{GoesTo, Secret};
use crate::grants::SecretGrant;
use net::text_file::{UTF_16, is_special, is_utf16, value};

/// Bytes of the longest secret.
const LONGEST: u64 = 64 << 10;

/// Bytes of the shortest secret that a plugin may send but not read. A plugin could find a shorter one by
/// having a backend echo guesses, and looking which of them is redacted.
const SHORTEST: usize = 8;

/// A secret cannot be read. The text names its source, never its content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("secret `{name}` is not in the environment: set `{variable}`")]
    NoVariable { name: String, variable: String },
    #[error("failed to read secret `{name}` from {}", path.display())]
    File {
        name: String,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("secret `{name}` {what}")]
    Unfit { name: String, what: &'static str },
}

impl SecretError {
    /// Returns whether another attempt may succeed although nothing has changed.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::File { .. })
    }
}

impl Secret {
    pub(super) fn read(name: &str, grant: &SecretGrant) -> Result<Self, SecretError> {
        let unfit = |what| SecretError::Unfit { name: name.to_owned(), what };
        let bytes = bytes(name, grant)?;
        if is_utf16(&bytes) {
            return Err(unfit(UTF_16));
        }
        // Editors and `echo` end a file with a line break, and some begin it with a byte order mark.
        let text = str::from_utf8(value(&bytes)).map_err(|_| unfit("is not UTF-8"))?;
        let goes_to = GoesTo::of(grant);
        if text.is_empty() {
            return Err(unfit("is empty"));
        }
        if goes_to.is_some() && !grant.readable && grant.of_author.is_none() && text.len() < SHORTEST {
            return Err(unfit("is shorter than 8 bytes, so a plugin could guess it"));
        }
        let is_visible = |text: &str| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if goes_to.as_ref().is_some_and(GoesTo::may_be_a_header) && !is_visible(text) {
            return Err(unfit("is for a header, and has characters other than visible ASCII"));
        }
        Ok(Self { value: text.into(), goes_to, readable: grant.readable || grant.of_author.is_some() })
    }
}

/// Reads the source, up to one byte more than the longest secret.
fn bytes(name: &str, grant: &SecretGrant) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let unfit = |what| SecretError::Unfit { name: name.to_owned(), what };
    if let Some(value) = &grant.of_author {
        return Ok(Zeroizing::new(value.expose().as_bytes().to_vec()));
    }
    let bytes = match (&grant.env, &grant.file) {
        (Some(variable), None) => {
            let value = std::env::var_os(variable);
            let missing = || SecretError::NoVariable { name: name.to_owned(), variable: variable.clone() };
            value.ok_or_else(missing)?.into_encoded_bytes()
        }
        (None, Some(path)) => {
            let fails = |source| SecretError::File { name: name.to_owned(), path: path.clone(), source };
            let mut bytes = Vec::new();
            // Opening a pipe would block.
            if is_special(path) {
                return Err(unfit("is not in a regular file"));
            }
            let file = File::open(path).map_err(fails)?;
            file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(fails)?;
            bytes
        }
        _ => return Err(unfit("must come from exactly one of `env` and `file`")),
    };
    if bytes.len() as u64 > LONGEST {
        return Err(unfit("is longer than 64 KiB"));
    }
    Ok(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::super::{Secrets, Unrevealed};
    use super::*;

    /// A grant of a secret in a file of this content.
    fn read(content: &[u8], more: &str) -> Result<Secrets, SecretError> {
        let dir = tempfile::TempDir::new().expect("there is room");
        let path = dir.path().join("secret");
        fs::write(&path, content).expect("the folder is new");
        let toml = format!("file = {path:?}\n{more}");
        let grant: SecretGrant = toml::from_str(&toml).expect("the test writes a grant");
        Secrets::read(&BTreeMap::from([("token".to_owned(), grant)]))
    }

    const SENT: &str = "header = \"authorization\"\nhosts = [\"contoso.com\"]";

    #[test]
    fn a_line_break_at_a_files_end_and_a_byte_order_mark_are_no_part_of_it() {
        for content in ["open sesame\n", "open sesame\r\n", "open sesame", "\u{feff}open sesame\n"] {
            let secrets = read(content.as_bytes(), "readable = true").expect("it is fine");
            assert_eq!(secrets.reveal("token").as_deref(), Ok("open sesame"));
        }
    }

    #[test]
    fn a_secret_is_revealed_only_if_it_is_readable() {
        let secrets = read(b"open sesame", SENT).expect("it is fine");

        assert_eq!(secrets.reveal("token"), Err(Unrevealed::NotReadable));
        assert_eq!(secrets.reveal("other"), Err(Unrevealed::Unknown));
    }

    #[test]
    fn a_secret_that_is_missing_or_unfit_says_where_and_never_what() {
        let long = vec![b'x'; (64 << 10) + 1];
        for (content, more, why) in [
            (&b""[..], SENT, "empty"),
            (b"\n", SENT, "empty"),
            (b"hunter2", SENT, "shorter than 8"),
            (b"hunter2\x01hunter2", SENT, "visible ASCII"),
            (b"hunter2\nhunter2", SENT, "visible ASCII"),
            (b"hunter2\xff", SENT, "UTF-8"),
            (b"\xff\xfeh\0u\0n\0t\0e\0r\0", SENT, "save it as UTF-8"),
            (&long, SENT, "64 KiB"),
        ] {
            let error = read(content, more).expect_err(why).to_string();
            assert!(error.contains("`token`") && error.contains(why) && !error.contains("hunter2"), "{error}");
        }
        let grants = |toml: &str| BTreeMap::from([("token".to_owned(), toml::from_str(toml).expect("a grant"))]);
        let missing = Secrets::read(&grants("env = \"INSIGHT_NO_SUCH\"\nreadable = true")).expect_err("it is not set");
        assert!(missing.to_string().contains("`INSIGHT_NO_SUCH`"), "{missing}");
        let missing = Secrets::read(&grants("file = \"/no/such/file\"\nreadable = true")).expect_err("it is not there");
        assert!(missing.to_string().contains("/no/such/file"), "{missing}");
    }

    #[test]
    fn what_is_shown_of_secrets_is_their_names() {
        let secrets = read(b"open sesame", SENT).expect("it is fine");

        assert_eq!(format!("{secrets:?}"), r#"{"token"}"#);
    }
}
