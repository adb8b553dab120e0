//! The token that authenticates requests to the admin API.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tracing::warn;

use net::os::is_open_to_all;
use net::text_file::{UTF_16, is_utf16, value};

/// Random bytes in a fresh token.
const BYTES: usize = 32;

/// The fewest characters of a token in a file: 16 random bytes as hexadecimal digits.
const SHORTEST: usize = 32;

/// The most characters of a token in a file.
const LONGEST: u64 = 512;

/// A token. Its `Debug` output does not contain its text.
#[derive(Clone, Debug)]
pub(crate) struct Token(SecretString);

/// An error that leaves the host without a token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// The file cannot be read.
    #[error("failed to read the admin token from {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The file does not hold a token.
    #[error("{} holds no admin token: it must be one line of 32 to 512 visible ASCII characters", path.display())]
    Malformed { path: PathBuf },
    /// The file is in another encoding.
    #[error("the file of the admin token, {}, {UTF_16}", path.display())]
    Utf16 { path: PathBuf },
    /// The system provides no random bytes.
    #[error("failed to create a token for the admin API: the system provides no random bytes")]
    NoChance(#[source] getrandom::Error),
}

impl Token {
    /// Creates a random token.
    pub(crate) fn fresh() -> Result<Self, TokenError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(TokenError::NoChance)?;
        let digits = bytes.iter().fold(String::with_capacity(2 * BYTES), |mut digits, byte| {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        Ok(Self(digits.into()))
    }

    /// Reads the token in a file. A byte order mark before it and a line break at its end are not part of it.
    pub(crate) fn read(path: &Path) -> Result<Self, TokenError> {
        let fails = |source| TokenError::Read { path: path.to_owned(), source };
        let mut text = Vec::new();
        File::open(path).and_then(|file| file.take(LONGEST + 5).read_to_end(&mut text)).map_err(fails)?;
        if is_utf16(&text) {
            return Err(TokenError::Utf16 { path: path.to_owned() });
        }
        str::from_utf8(value(&text))
            .ok()
            .and_then(Self::parse)
            .ok_or_else(|| TokenError::Malformed { path: path.to_owned() })
    }

    /// Logs a warning if every user of the machine can read or change the file. Its group may.
    pub(crate) fn warn_of_readers(path: &Path) {
        if is_open_to_all(path) {
            let file = path.display();
            warn!(%file, "every user of this machine may read or change the admin token; `chmod o-rwx` ends that");
        }
    }

    /// Parses the text of a token; `None` if it is malformed.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let is_whole = (SHORTEST..=LONGEST as usize).contains(&token.len());
        (is_whole && token.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(token.into()))
    }

    /// Returns whether these are its bytes, in constant time for bytes of its length.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(bytes).into()
    }

    /// Returns its identifier for the audit log: the first eight digits of its SHA-256, which do not reveal it.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.expose_secret().as_bytes());
        digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns its text, for the token file and the `Authorization` header only.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn fresh_tokens_differ_and_are_only_themselves() {
        let (one, other) = (Token::fresh().expect("chance"), Token::fresh().expect("chance"));

        assert_eq!(one.expose().len(), 64);
        assert!(one.is(one.expose().as_bytes()));
        assert!(!one.is(other.expose().as_bytes()));
        assert!(!one.is(&one.expose().as_bytes()[1..]));
        assert!(!one.is(b""));
    }

    #[test]
    fn a_file_holds_a_token_in_one_line() {
        let dir = TempDir::new().expect("there is room");
        let path = dir.path().join("token");
        let read = |text: &str| {
            fs::write(&path, text).expect("the folder is ours");
            Token::read(&path).map(|token| token.expose().to_owned()).ok()
        };
        let token = "a".repeat(32);

        assert_eq!(read(&format!("{token}\n")), Some(token.clone()));
        assert_eq!(read(&format!("{token}\r\n")), Some(token.clone()));
        assert_eq!(read(&format!("\u{feff}{token}\n")), Some(token.clone()));
        assert_eq!(read(&format!("{token}\n\n")), None);
        assert_eq!(read(&token[1..]), None);
        assert_eq!(read(&"a".repeat(513)), None);
        assert_eq!(read(&format!("{token} {token}")), None);
    }

    #[test]
    fn it_shows_itself_to_nobody() {
        let token = Token::fresh().expect("chance");

        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
