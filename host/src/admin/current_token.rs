//! The admin token in force, which follows its file.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tracing::{error, info};

use super::token::Token;
use net::chain;
use net::text_file::is_special;

/// The token that requests need now. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct CurrentToken(Arc<ArcSwap<Token>>);

impl CurrentToken {
    /// Begins with `token`.
    pub(crate) fn new(token: Token) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(token)))
    }

    /// Returns the token.
    pub(crate) fn get(&self) -> Arc<Token> {
        self.0.load_full()
    }

    /// Reads its file again, because it has changed. Without a token there, the one before stays in force. Blocks on the
    /// disk.
    pub(crate) fn reread(&self, file: &Path) {
        if is_special(file) {
            return;
        }
        match Token::read(file) {
            Ok(token) if self.get().is(token.expose().as_bytes()) => {}
            Ok(token) => {
                info!(file = %file.display(), token = token.fingerprint(), "admin token replaced");
                Token::warn_of_readers(file);
                self.0.store(Arc::new(token));
            }
            Err(error) => {
                error!(error = %chain(&error), "admin token kept as it was: the new one cannot be used");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_token_whose_file_changes_is_replaced_unless_there_is_none_in_it() {
        let dir = TempDir::new().expect("there is room");
        let file = dir.path().join("token");
        let current = CurrentToken::new(Token::fresh().expect("chance"));
        let before = current.get();

        for nothing in ["", "short"] {
            fs::write(&file, nothing).expect("the folder is ours");
            current.reread(&file);
            assert!(Arc::ptr_eq(&current.get(), &before));
        }
        fs::write(&file, "b".repeat(32)).expect("the folder is ours");
        current.reread(&file);

        assert!(current.get().is("b".repeat(32).as_bytes()) && !current.get().is(before.expose().as_bytes()));
    }
}
