//! The tables of the file: entries, when each expires, and what each space holds.

use std::time::Duration;

use redb::{
    Database, ReadableDatabase, ReadableTable, StorageError, Table, TableDefinition, TableError, WriteTransaction,
};

use crate::store::name::{Name, space_of};
use crate::store::{Bounds, millis};

/// From name to when it expires and value.
const ENTRIES: TableDefinition<'_, &[u8], (u64, &[u8])> = TableDefinition::new("entries");

/// When each name expires, soonest first.
const EXPIRIES: TableDefinition<'_, (u64, &[u8]), ()> = TableDefinition::new("expiries");

/// From space to entries and bytes of it.
const SPACES: TableDefinition<'_, &[u8], (u64, u64)> = TableDefinition::new("spaces");

/// Entries that are pushed out to make room for one. More would keep the other writers waiting.
const PUSHED_OUT: usize = 200;

/// Makes the tables, and returns the bytes they hold.
pub(super) fn prepare(database: &Database) -> Result<u64, redb::Error> {
    let transaction = database.begin_write()?;
    let held = {
        transaction.open_table(ENTRIES)?;
        transaction.open_table(EXPIRIES)?;
        let spaces = transaction.open_table(SPACES)?;
        let mut held = 0;
        for space in spaces.iter()? {
            held += space?.1.value().1;
        }
        held
    };
    transaction.commit()?;
    Ok(held)
}

/// The value of `name`, unless it has expired. One that would be kept for `longest` and more is from
/// before the clock was set back.
pub(super) fn read(
    database: &Database,
    name: &[u8],
    now: u64,
    longest: Duration,
) -> Result<Option<Vec<u8>>, redb::Error> {
    let entries = database.begin_read()?.open_table(ENTRIES)?;
    let Some(entry) = entries.get(name)? else { return Ok(None) };
    let (expires, value) = entry.value();
    let is_alive = expires > now && expires - now <= millis(longest);
    Ok(is_alive.then(|| value.to_vec()))
}

/// When the first entry expires, in a file that nobody is writing to.
pub(super) fn first_expiry(database: &Database) -> Result<Option<u64>, redb::Error> {
    let expiries = database.begin_read()?.open_table(EXPIRIES)?;
    Ok(expiries.first()?.map(|(key, _)| key.value().0))
}

/// The tables, within one transaction.
pub(super) struct Ledger<'t> {
    entries: Table<'t, &'static [u8], (u64, &'static [u8])>,
    expiries: Table<'t, (u64, &'static [u8]), ()>,
    spaces: Table<'t, &'static [u8], (u64, u64)>,
    bounds: Bounds,
    /// Bytes of all names and values.
    held: u64,
}

impl<'t> Ledger<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction, bounds: Bounds, held: u64) -> Result<Self, TableError> {
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            expiries: transaction.open_table(EXPIRIES)?,
            spaces: transaction.open_table(SPACES)?,
            bounds,
            held,
        })
    }

    /// Bytes of all names and values.
    pub(super) fn held(&self) -> u64 {
        self.held
    }

    /// Keeps an entry in place of the one before it; `false` if there is no room for it.
    pub(super) fn set(&mut self, name: &Name, value: &[u8], expires: u64, now: u64) -> Result<bool, StorageError> {
        self.remove(name.bytes())?;
        let size = size(name.bytes(), value.len());
        if !self.has_room(name.space(), size)? {
            self.forget_expired_of(name.space(), now)?;
            if !self.has_room(name.space(), size)? {
                return Ok(false);
            }
        }
        if !self.make_room(size)? {
            return Ok(false);
        }
        self.entries.insert(name.bytes(), (expires, value))?;
        self.expiries.insert((expires, name.bytes()), ())?;
        let (entries, bytes) = self.used(name.space())?;
        self.spaces.insert(name.space(), (entries + 1, bytes + size))?;
        self.held += size;
        Ok(true)
    }

    /// Forgets an entry, if it is there.
    pub(super) fn remove(&mut self, name: &[u8]) -> Result<(), StorageError> {
        let removed = self.entries.remove(name)?.map(|entry| {
            let (expires, value) = entry.value();
            (expires, value.len())
        });
        let Some((expires, length)) = removed else { return Ok(()) };
        self.expiries.remove((expires, name))?;
        let size = size(name, length);
        self.held = self.held.saturating_sub(size);
        let space = space_of(name);
        let (entries, bytes) = self.used(space)?;
        if entries <= 1 {
            self.spaces.remove(space)?;
        } else {
            self.spaces.insert(space, (entries - 1, bytes.saturating_sub(size)))?;
        }
        Ok(())
    }

    /// Forgets entries that have expired, the oldest first and at most so many.
    pub(super) fn forget_expired(&mut self, now: u64, most: usize) -> Result<(), StorageError> {
        for _ in 0..most {
            match self.soonest()? {
                Some((expires, name)) if expires <= now => self.remove(&name)?,
                _ => break,
            }
        }
        Ok(())
    }

    /// Forgets what has expired in one space, which has a bounded number of entries.
    fn forget_expired_of(&mut self, space: &[u8], now: u64) -> Result<(), StorageError> {
        let mut expired = Vec::new();
        for entry in self.entries.range(space..)? {
            let (name, value) = entry?;
            if !name.value().starts_with(space) {
                break;
            }
            if value.value().0 <= now {
                expired.push(name.value().to_vec());
            }
        }
        expired.iter().try_for_each(|name| self.remove(name))
    }

    /// Whether one more entry of `size` fits into a space.
    fn has_room(&self, space: &[u8], size: u64) -> Result<bool, StorageError> {
        let (entries, bytes) = self.used(space)?;
        Ok(entries < self.bounds.entries && bytes + size <= self.bounds.space.as_u64())
    }

    /// Pushes out what expires soonest, whosever it is, until `size` more fits into the whole.
    fn make_room(&mut self, size: u64) -> Result<bool, StorageError> {
        let most = self.bounds.store.as_u64();
        for _ in 0..PUSHED_OUT {
            if self.held + size <= most {
                break;
            }
            let Some((_, name)) = self.soonest()? else { break };
            self.remove(&name)?;
        }
        Ok(self.held + size <= most)
    }

    /// The entry that expires first, and when.
    fn soonest(&self) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        Ok(self.expiries.first()?.map(|(key, _)| {
            let (expires, name) = key.value();
            (expires, name.to_vec())
        }))
    }

    /// Entries and bytes of a space.
    fn used(&self, space: &[u8]) -> Result<(u64, u64), StorageError> {
        Ok(self.spaces.get(space)?.map(|used| used.value()).unwrap_or_default())
    }
}

/// What an entry counts for.
fn size(name: &[u8], value: usize) -> u64 {
    (name.len() + value) as u64
}

#[cfg(test)]
mod tests;
