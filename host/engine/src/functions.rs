//! Compiled functions of a component, kept for the compilation of its next version (incremental compilation).
//!
//! Most functions of a changed component are those of the version before: of an interpreter such as `CPython`, all. The
//! compiler finds them by a digest of their code. The digest does not prove what was compiled from it, so entries are
//! as trusted as compiled code, and belong to one plugin. Of some functions the digest depends on the order in which
//! threads compile them, so a few are compiled each time.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wasmtime::CacheStore;

use net::to_usize;

/// Bytes of the digest of a function.
const KEY: usize = 32;

/// The part of the entries, as a divisor, that must be new for them to be kept anew.
const ENOUGH: usize = 5;

type FunctionKey = [u8; KEY];

/// Compiled functions, by their digests.
pub(super) struct CompiledFunctions {
    /// The entries of the compilation before, as [`CompiledFunctions::into_bytes`] wrote them.
    before: Vec<u8>,
    places: HashMap<FunctionKey, Range<usize>>,
    found: Mutex<BTreeSet<FunctionKey>>,
    added: Mutex<BTreeMap<FunctionKey, Vec<u8>>>,
}

impl CompiledFunctions {
    /// Reads the entries of an earlier compilation. Bytes that are no entries are left out.
    pub(super) fn read(before: Vec<u8>) -> Self {
        let mut places = HashMap::new();
        let mut at = 0;
        while let Some((key, value)) = entry(&before, at) {
            at = value.end;
            places.insert(key, value);
        }
        Self { before, places, found: Mutex::default(), added: Mutex::default() }
    }

    /// Returns the entries that this compilation used; none if those of before will do, as it found nearly all of them:
    /// megabytes are not to be written anew for a few functions.
    pub(super) fn into_bytes(self) -> Option<Vec<u8>> {
        let added = self.added.into_inner().unwrap_or_else(PoisonError::into_inner);
        let size: usize = added.values().map(|value| KEY + size_of::<u32>() + value.len()).sum();
        if size == 0 || size < self.before.len() / ENOUGH {
            return None;
        }
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let kept = found.iter().filter_map(|key| Some((key, &self.before[self.places.get(key)?.clone()])));
        let mut bytes = Vec::with_capacity(self.before.len());
        for (key, value) in kept.chain(added.iter().map(|(key, value)| (key, value.as_slice()))) {
            let Ok(length) = u32::try_from(value.len()) else { continue };
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(value);
        }
        Some(bytes)
    }
}

/// Returns the entry that begins at `at`: its key, and the place of its value.
fn entry(bytes: &[u8], at: usize) -> Option<(FunctionKey, Range<usize>)> {
    let (key, rest) = bytes.get(at..)?.split_first_chunk::<KEY>()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = to_usize(u32::from_le_bytes(*length).into());
    let begin = at + KEY + size_of::<u32>();
    (length <= rest.len()).then(|| (*key, begin..begin + length))
}

impl CacheStore for CompiledFunctions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let key: FunctionKey = key.try_into().ok()?;
        let value = self.before.get(self.places.get(&key)?.clone())?;
        locked(&self.found).insert(key);
        Some(value.into())
    }

    fn insert(&self, key: &[u8], value: Vec<u8>) -> bool {
        let Ok(key) = key.try_into() else { return false };
        locked(&self.added).insert(key, value);
        true
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic leaves nothing half done here.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows the number of entries alone: they are megabytes.
impl fmt::Debug for CompiledFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledFunctions").field("before", &self.places.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: u8) -> FunctionKey {
        [of; KEY]
    }

    #[test]
    fn what_a_compilation_found_and_added_is_kept_and_the_rest_is_not() {
        let first = CompiledFunctions::read(Vec::new());
        assert!(first.get(&key(1)).is_none());
        assert!(first.insert(&key(1), vec![1; 10]) && first.insert(&key(2), Vec::new()));
        let second = CompiledFunctions::read(first.into_bytes().expect("functions were added"));
        assert_eq!(second.get(&key(1)).as_deref(), Some(&[1; 10][..]));
        assert!(second.insert(&key(3), vec![3]));

        let third = CompiledFunctions::read(second.into_bytes().expect("a function was added"));

        assert_eq!(third.get(&key(3)).as_deref(), Some(&[3][..]));
        assert!(third.get(&key(1)).is_some() && third.get(&key(2)).is_none());
        assert_eq!(third.into_bytes(), None);
    }

    #[test]
    fn a_few_functions_among_many_are_not_kept() {
        let first = CompiledFunctions::read(Vec::new());
        (0..10).for_each(|of| assert!(first.insert(&key(of), vec![of; 100])));
        let second = CompiledFunctions::read(first.into_bytes().expect("functions were added"));

        assert!(second.insert(&key(10), vec![10; 100]));

        assert_eq!(second.into_bytes(), None);
    }

    #[test]
    fn bytes_that_are_no_entries_are_left_out() {
        let cut = [key(1).as_slice(), &4_u32.to_le_bytes(), &[1, 2, 3]].concat();
        for bytes in [vec![7; 5], cut, vec![255; 100]] {
            assert!(CompiledFunctions::read(bytes).places.is_empty());
        }
    }
}
