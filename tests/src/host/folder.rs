//! Changes to the files of a running host.

use std::fs;
use std::path::PathBuf;

use super::TestHost;

impl TestHost {
    /// Returns the path of a file in the plugin folder.
    #[must_use]
    pub fn plugin_file(&self, file: &str) -> PathBuf {
        self.dir.path().join("plugins").join(file)
    }

    /// Writes a component into the folder in one step, as `build` and deployment tools do.
    ///
    /// # Panics
    ///
    /// Panics if the folder cannot be written.
    pub fn install(&self, name: &str, component: &[u8]) {
        let aside = self.dir.path().join(format!("{name}.aside"));
        fs::write(&aside, component).expect("the temporary folder can be written");
        fs::rename(aside, self.plugin_file(&format!("{name}.wasm"))).expect("both are on one file system");
    }

    /// Writes an author's settings.
    ///
    /// # Panics
    ///
    /// Panics if the folder cannot be written.
    pub fn author(&self, name: &str, toml: &str) {
        fs::write(self.plugin_file(&format!("{name}.toml")), toml).expect("the temporary folder can be written");
    }

    /// Replaces the operator's settings file, in one step as deployment tools do.
    ///
    /// # Panics
    ///
    /// Panics if the folder cannot be written.
    pub fn write_settings(&self, toml: &str) {
        let aside = self.dir.path().join("settings.aside");
        fs::write(&aside, toml).expect("the temporary folder can be written");
        fs::rename(aside, self.dir.path().join("settings.toml")).expect("both are on one file system");
    }

    /// Removes a component from the folder.
    ///
    /// # Panics
    ///
    /// Panics if it is not there.
    pub fn remove(&self, name: &str) {
        fs::remove_file(self.plugin_file(&format!("{name}.wasm"))).expect("it is there");
    }
}
