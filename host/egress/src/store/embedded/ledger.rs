//! The tables of the file: entries, their expiry times, and the usage of each space.

use std::time::Duration;

use redb::{
    Database, ReadableDatabase, ReadableTable, StorageError, Table, TableDefinition, TableError, WriteTransaction,
};

use crate::store::name::{EntryName, space_of};
use crate::store::{SpaceLimits, millis};

/// Maps a name to its expiry time and value.
const ENTRIES: TableDefinition<'_, &[u8], (u64, &[u8])> = TableDefinition::new("entries");

/// Expiry times and names, the soonest first.
const EXPIRIES: TableDefinition<'_, (u64, &[u8]), ()> = TableDefinition::new("expiries");

/// Maps a space to its number of entries and bytes.
const SPACES: TableDefinition<'_, &[u8], (u64, u64)> = TableDefinition::new("spaces");

/// The most entries evicted to make room for one. More would keep other changes waiting.
const PUSHED_OUT: usize = 200;

/// Creates the tables, and returns the number of bytes they hold.
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

/// Returns the value of `name`, unless it has expired. An entry that would live longer than `longest` was
/// written before the clock was set back, and counts as expired.
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

/// Returns the earliest expiry time, while no change is being written.
pub(super) fn first_expiry(database: &Database) -> Result<Option<u64>, redb::Error> {
    let expiries = database.begin_read()?.open_table(EXPIRIES)?;
    Ok(expiries.first()?.map(|(key, _)| key.value().0))
}

/// The tables within one transaction.
pub(super) struct Ledger<'t> {
    entries: Table<'t, &'static [u8], (u64, &'static [u8])>,
    expiries: Table<'t, (u64, &'static [u8]), ()>,
    spaces: Table<'t, &'static [u8], (u64, u64)>,
    bounds: SpaceLimits,
    /// Bytes of all names and values.
    held: u64,
}

impl<'t> Ledger<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction, bounds: SpaceLimits, held: u64) -> Result<Self, TableError> {
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            expiries: transaction.open_table(EXPIRIES)?,
            spaces: transaction.open_table(SPACES)?,
            bounds,
            held,
        })
    }

    /// Returns the bytes of all names and values.
    pub(super) fn held(&self) -> u64 {
        self.held
    }

    /// Replaces an entry; returns `false` if the new one does not fit.
    pub(super) fn set(&mut self, name: &EntryName, value: &[u8], expires: u64, now: u64) -> Result<bool, StorageError> {
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

    /// Removes an entry, if there is one.
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

    /// Removes up to `most` expired entries, the oldest first.
    pub(super) fn forget_expired(&mut self, now: u64, most: usize) -> Result<(), StorageError> {
        for _ in 0..most {
            match self.soonest()? {
                Some((expires, name)) if expires <= now => self.remove(&name)?,
                _ => break,
            }
        }
        Ok(())
    }

    /// Removes the expired entries of one space, whose number is bounded.
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

    /// Returns whether one more entry of `size` fits into a space.
    fn has_room(&self, space: &[u8], size: u64) -> Result<bool, StorageError> {
        let (entries, bytes) = self.used(space)?;
        Ok(entries < self.bounds.entries && bytes + size <= self.bounds.space.as_u64())
    }

    /// Evicts the entries that expire soonest, of any space, until `size` more bytes fit into the store.
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

    /// Returns the entry that expires first, after its expiry time.
    fn soonest(&self) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        Ok(self.expiries.first()?.map(|(key, _)| {
            let (expires, name) = key.value();
            (expires, name.to_vec())
        }))
    }

    /// Returns the number of entries and bytes of a space.
    fn used(&self, space: &[u8]) -> Result<(u64, u64), StorageError> {
        Ok(self.spaces.get(space)?.map(|used| used.value()).unwrap_or_default())
    }
}

/// Returns the bytes that an entry counts for.
fn size(name: &[u8], value: usize) -> u64 {
    (name.len() + value) as u64
}

#[cfg(test)]
mod tests;
