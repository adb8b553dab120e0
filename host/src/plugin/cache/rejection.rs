//! Rejections of components by the compiler, remembered so that a restart does not find them again, which may take
//! minutes.
//!
//! They lie in the cache's folder and are authenticated like artifacts: a forged one would keep a plugin from being
//! served.

use std::time::SystemTime;

use tracing::warn;

use super::vault::{CachedFile, Opened};
use super::{Cache, CacheError, CacheKey};

/// The most rejections that are kept. Those used longest ago go first.
const MOST: usize = 256;

/// The longest message that is kept, in bytes.
const LONGEST: usize = 4 << 10;

/// The ending of the files' names.
const ENDING: &str = ".rejected";

impl Cache {
    /// Returns the message of the rejection that is remembered for `key`.
    ///
    /// A rejection that is damaged or forged counts as absent, and is removed.
    pub(crate) fn rejection(&self, key: &CacheKey) -> Option<String> {
        let name = file_name(key);
        let Opened { mut file, size } = self.vault.open_file(&name).ok()??;
        let bytes = self.seal.read(key, &mut file, size.min(2 * LONGEST as u64)).ok();
        let message = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        if message.is_none() {
            warn!(%key, "remembered rejection damaged: the component is compiled again");
            self.vault.remove(&name);
        }
        // As for artifacts: by this time the least used are evicted.
        let _ = file.set_modified(SystemTime::now());
        message
    }

    /// Remembers that the component and the compiler that `key` stands for do not go together, with the message for the
    /// component's author.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub(crate) fn reject(&self, key: &CacheKey, message: &str) -> Result<(), CacheError> {
        let message = &message.as_bytes()[..message.floor_char_boundary(LONGEST)];
        self.vault
            .write(&file_name(key), &[message, &self.seal.tail(key, message)])
            .map_err(|cause| CacheError { dir: self.dir.clone(), cause })?;
        let mut files = self.vault.files(ENDING);
        files.sort_by_key(CachedFile::last_use);
        let surplus = files.len().saturating_sub(MOST);
        files[..surplus].iter().for_each(|file| self.vault.remove(&file.name));
        Ok(())
    }
}

fn file_name(key: &CacheKey) -> String {
    format!("{key}{ENDING}")
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::Digest;
    use super::*;

    fn key(component: &str, compiler: &str) -> CacheKey {
        CacheKey::of(Digest::of(component.as_bytes()), compiler)
    }

    fn open(folder: &TempDir) -> Cache {
        Cache::open(&folder.path().join("cache")).expect("it can be opened")
    }

    #[test]
    fn a_rejection_is_remembered_across_restarts_for_one_component_and_compiler() {
        let folder = TempDir::new().expect("a temporary folder");
        open(&folder).reject(&key("bomb", "1s"), "too slow").expect("it is written");

        let cache = open(&folder);

        assert_eq!(cache.rejection(&key("bomb", "1s")).as_deref(), Some("too slow"));
        assert_eq!(cache.rejection(&key("bomb", "2s")), None);
        assert_eq!(cache.rejection(&key("hub", "1s")), None);
        assert_eq!(cache.load(&key("bomb", "1s")), None);
    }

    #[test]
    fn a_forged_rejection_counts_as_absent_and_is_removed() {
        let folder = TempDir::new().expect("a temporary folder");
        let (cache, key) = (open(&folder), key("hub", "1s"));
        cache.reject(&key, "too slow").expect("it is written");
        let file = folder.path().join("cache").join(file_name(&key));
        let mut bytes = std::fs::read(&file).expect("it is there");
        *bytes.first_mut().expect("it has a message") ^= 1;
        std::fs::write(&file, bytes).expect("it is ours");

        assert_eq!(cache.rejection(&key), None);
        assert!(!file.exists());
    }

    #[test]
    fn rejections_and_their_messages_are_bounded() {
        let folder = TempDir::new().expect("a temporary folder");
        let cache = open(&folder);
        for number in 0..MOST + 3 {
            cache.reject(&key(&number.to_string(), "1s"), &"ü".repeat(LONGEST)).expect("it is written");
        }

        assert_eq!(cache.vault.files(ENDING).len(), MOST);
        let newest = cache.rejection(&key(&(MOST + 2).to_string(), "1s")).expect("it was written last");
        assert_eq!(newest.len(), LONGEST);
    }
}
