//! The one token that opens the admin API.

use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tracing::warn;

/// Bytes of chance in a fresh token.
const BYTES: usize = 32;

/// The shortest token that is taken from a file: chance of half as many bytes, in digits.
const SHORTEST: usize = 32;

/// The longest.
const LONGEST: u64 = 512;

/// The permissions of everybody.
const OTHERS: u32 = 0o007;

/// A token. Shows itself to nobody, in no log.
#[derive(Clone, Debug)]
pub(crate) struct Token(SecretString);

/// There is no token to be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// The file cannot be read.
    #[error("failed to read the admin token from {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// It holds something else.
    #[error("{} holds no admin token: it must be one line of 32 to 512 visible ASCII characters", path.display())]
    Malformed { path: PathBuf },
    /// The system gives no random bytes.
    #[error("failed to make a token for the admin API: the system gives no random bytes")]
    NoChance(#[source] getrandom::Error),
}

impl Token {
    /// A token that nobody has seen.
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

    /// The token in a file. A line break at its end is not part of it.
    pub(crate) fn read(path: &Path) -> Result<Self, TokenError> {
        let fails = |source| TokenError::Read { path: path.to_owned(), source };
        let mut text = String::new();
        File::open(path).and_then(|file| file.take(LONGEST + 2).read_to_string(&mut text)).map_err(fails)?;
        Self::parse(&text).ok_or_else(|| TokenError::Malformed { path: path.to_owned() })
    }

    /// Warns of a file that every user of the machine can read or change. Its group may.
    pub(crate) fn warn_of_readers(path: &Path) {
        if fs::metadata(path).is_ok_and(|metadata| metadata.mode() & OTHERS != 0) {
            let file = path.display();
            warn!(%file, "every user of this machine may read or change the admin token; `chmod o-rwx` ends that");
        }
    }

    /// A token as it is written, if it is one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let token = text.strip_suffix('\n').unwrap_or(text);
        let token = token.strip_suffix('\r').unwrap_or(token);
        let is_whole = (SHORTEST..=LONGEST as usize).contains(&token.len());
        (is_whole && token.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(token.into()))
    }

    /// Whether these are its bytes. Takes the same time for whatever has its length.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(bytes).into()
    }

    /// Tells it from other tokens, in the audit log: the first eight digits of its SHA-256, from which nobody finds it.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.expose_secret().as_bytes());
        digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Its text, for where it belongs.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
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
