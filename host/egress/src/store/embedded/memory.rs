//! Entries in memory, for commands that leave nothing behind and touch nothing of a running host.

use std::io;

use redb::Database;
use redb::backends::InMemoryBackend;

use super::damage::{DatabaseFailure, guarded};
use super::file::{Medium, MediumError};

/// A database in memory, empty whenever it is opened.
pub(super) struct DatabaseInMemory;

impl Medium for DatabaseInMemory {
    fn open(&self) -> Result<Database, MediumError> {
        let opened = guarded(|| Database::builder().create_with_backend(InMemoryBackend::new()));
        opened.map_err(MediumError::Database)
    }

    fn discard(&self, _: &DatabaseFailure) -> io::Result<()> {
        Ok(())
    }
}
