//! The tables of the file: entries, their expiry times, and the usage of each space.

mod usage;

use std::collections::BTreeMap;
use std::time::Duration;

use redb::{
    Database, ReadableDatabase, ReadableTable, StorageError, Table, TableDefinition, TableError, WriteTransaction,
};

pub(super) use self::usage::StoreUsage;
use super::clock::{ClockReadings, Expiry};
use crate::store::SpaceLimits;
use crate::store::name::{EntryName, plugin_of, space_of};

/// Maps a name to its expiry time and value.
const ENTRIES: TableDefinition<'_, &[u8], (u64, &[u8])> = TableDefinition::new("entries");

/// Expiry times and names, the soonest first.
const EXPIRIES: TableDefinition<'_, (u64, &[u8]), ()> = TableDefinition::new("expiries");

/// Maps a space to its number of entries and bytes.
const SPACES: TableDefinition<'_, &[u8], (u64, u64)> = TableDefinition::new("spaces");

/// The last saved readings of the clocks: the store's own, and the system's.
const CLOCK: TableDefinition<'_, (), (u64, u64)> = TableDefinition::new("clock");

/// The most entries evicted to make room for one. More would keep other changes waiting. The smallest entries take 15
/// bytes, so this is room for any value of the default size.
const MOST_EVICTED: usize = 5_000;

/// The state of a file that has been opened.
pub(super) struct Prepared {
    /// The bytes that it holds.
    pub(super) usage: StoreUsage,
    /// The saved readings; `None` if it is new.
    pub(super) readings: Option<ClockReadings>,
}

/// Creates the tables, and returns their state.
pub(super) fn prepare(database: &Database) -> Result<Prepared, redb::Error> {
    let transaction = database.begin_write()?;
    let prepared = {
        transaction.open_table(ENTRIES)?;
        transaction.open_table(EXPIRIES)?;
        let clock = transaction.open_table(CLOCK)?;
        let readings = clock.get(())?.map(|saved| saved.value());
        let readings = readings.map(|(store, system)| ClockReadings { store, system });
        let spaces = transaction.open_table(SPACES)?;
        let mut usage = StoreUsage::default();
        for space in spaces.iter()? {
            let (space, used) = space?;
            usage.change(space.value(), 0, used.value().1);
        }
        Prepared { usage, readings }
    };
    transaction.commit()?;
    Ok(prepared)
}

/// Saves the readings of the clocks.
pub(super) fn save(transaction: &WriteTransaction, readings: ClockReadings) -> Result<(), redb::Error> {
    transaction.open_table(CLOCK)?.insert((), (readings.store, readings.system))?;
    Ok(())
}

/// Returns the value of `name`, unless it has expired.
pub(super) fn read(database: &Database, name: &[u8], expiry: Expiry) -> Result<Option<Vec<u8>>, redb::Error> {
    let entries = database.begin_read()?.open_table(ENTRIES)?;
    let Some(entry) = entries.get(name)? else { return Ok(None) };
    let (expires, value) = entry.value();
    Ok((!expiry.is_over(expires)).then(|| value.to_vec()))
}

/// Returns whether any entry has expired, while no change is being written.
pub(super) fn any_expired(database: &Database, expiry: Expiry) -> Result<bool, redb::Error> {
    let expiries = database.begin_read()?.open_table(EXPIRIES)?;
    // Those that have expired are at both ends.
    let ends = [expiries.first()?, expiries.last()?];
    Ok(ends.into_iter().flatten().any(|(key, _)| expiry.is_over(key.value().0)))
}

/// The tables within one transaction.
pub(super) struct Ledger<'t> {
    entries: Table<'t, &'static [u8], (u64, &'static [u8])>,
    expiries: Table<'t, (u64, &'static [u8]), ()>,
    spaces: Table<'t, &'static [u8], (u64, u64)>,
    bounds: SpaceLimits,
    expiry: Expiry,
    usage: &'t mut StoreUsage,
    /// The number of evicted entries, by plugin.
    evicted: BTreeMap<Box<[u8]>, u64>,
}

impl<'t> Ledger<'t> {
    /// Opens the tables, of which `usage` is the use. After a failed transaction it is no longer true.
    pub(super) fn open(
        transaction: &'t WriteTransaction,
        bounds: SpaceLimits,
        expiry: Expiry,
        usage: &'t mut StoreUsage,
    ) -> Result<Self, TableError> {
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            expiries: transaction.open_table(EXPIRIES)?,
            spaces: transaction.open_table(SPACES)?,
            bounds,
            expiry,
            usage,
            evicted: BTreeMap::new(),
        })
    }

    /// Ends the work, and returns the number of evicted entries, by plugin.
    pub(super) fn end(self) -> BTreeMap<Box<[u8]>, u64> {
        self.evicted
    }

    /// Replaces an entry by one that lives for `keep`; returns `false` if the new one does not fit.
    pub(super) fn set(&mut self, name: &EntryName, value: &[u8], keep: Duration) -> Result<bool, StorageError> {
        self.remove(name.bytes())?;
        let size = size(name.bytes(), value.len());
        if !self.has_room(name.space(), size)? {
            self.forget_expired_of(name.space())?;
            if !self.has_room(name.space(), size)? {
                return Ok(false);
            }
        }
        if !self.make_room(name.space(), size)? {
            return Ok(false);
        }
        let expires = self.expiry.after(keep);
        self.entries.insert(name.bytes(), (expires, value))?;
        self.expiries.insert((expires, name.bytes()), ())?;
        let (entries, bytes) = self.used(name.space())?;
        self.spaces.insert(name.space(), (entries + 1, bytes + size))?;
        self.usage.change(name.space(), bytes, bytes + size);
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
        let space = space_of(name);
        let (entries, bytes) = self.used(space)?;
        let left = if entries <= 1 { 0 } else { bytes.saturating_sub(size(name, length)) };
        if entries <= 1 {
            self.spaces.remove(space)?;
        } else {
            self.spaces.insert(space, (entries - 1, left))?;
        }
        self.usage.change(space, bytes, left);
        Ok(())
    }

    /// Removes up to `most` expired entries.
    pub(super) fn forget_expired(&mut self, most: usize) -> Result<(), StorageError> {
        for _ in 0..most {
            let Some(name) = self.expired()? else { break };
            self.remove(&name)?;
        }
        Ok(())
    }

    /// Removes the expired entries of one space, whose number is bounded.
    fn forget_expired_of(&mut self, space: &[u8]) -> Result<(), StorageError> {
        let mut expired = Vec::new();
        for entry in self.entries.range(space..)? {
            let (name, value) = entry?;
            if !name.value().starts_with(space) {
                break;
            }
            if self.expiry.is_over(value.value().0) {
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

    /// Makes room in the store for `size` more bytes of a space: removes expired entries, and then evicts those of the
    /// largest user.
    fn make_room(&mut self, space: &[u8], size: u64) -> Result<bool, StorageError> {
        let most = self.bounds.store.as_u64();
        if size > most {
            return Ok(false);
        }
        if self.usage.bytes() + size > most {
            self.forget_expired(MOST_EVICTED)?;
        }
        let mut evicted = 0;
        while self.usage.bytes() + size > most && evicted < MOST_EVICTED {
            let Some(victim) = self.usage.largest(space, size) else { break };
            let names = self.by_expiry(&victim)?;
            if names.is_empty() {
                break;
            }
            for name in names {
                // Another user may have become the largest meanwhile.
                let is_largest = self.usage.largest(space, size).is_some_and(|largest| largest == victim);
                if self.usage.bytes() + size <= most || !is_largest {
                    break;
                }
                self.remove(&name)?;
                evicted += 1;
                *self.evicted.entry(plugin_of(&victim).into()).or_default() += 1;
            }
        }
        Ok(self.usage.bytes() + size <= most)
    }

    /// Returns the names in a space, whose number is bounded, by their expiry times.
    fn by_expiry(&self, space: &[u8]) -> Result<Vec<Vec<u8>>, StorageError> {
        let mut names = Vec::new();
        for entry in self.entries.range(space..)? {
            let (name, value) = entry?;
            if !name.value().starts_with(space) {
                break;
            }
            names.push((value.value().0, name.value().to_vec()));
        }
        names.sort_unstable();
        Ok(names.into_iter().map(|(_, name)| name).collect())
    }

    /// Returns the name of an entry that has expired, at either end of the expiry times.
    fn expired(&self) -> Result<Option<Vec<u8>>, StorageError> {
        let ends = [self.expiries.first()?, self.expiries.last()?];
        let expired = ends.iter().flatten().map(|(key, _)| key.value()).find(|(time, _)| self.expiry.is_over(*time));
        Ok(expired.map(|(_, name)| name.to_vec()))
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
