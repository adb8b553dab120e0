//! A project of an author, and `dev` at work in it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use insight_tests::wait_for;
use serde_json::Value;
use tempfile::TempDir;

use crate::UNDER_TEST;

/// The sources of the guest `rogue`, as a project outside of this repository.
pub(super) struct Project {
    name: &'static str,
    /// Holds the project's folder, which has another name than the plugin.
    above: TempDir,
    dir: PathBuf,
    /// What the host keeps while it runs.
    runtime: TempDir,
}

/// A running `dev`. It ends when it is dropped.
pub(super) struct Dev {
    name: &'static str,
    url: String,
    child: Child,
    log: PathBuf,
}

impl Project {
    /// Creates a project of this name, which no other has, with these settings of its author.
    pub(super) fn new(name: &'static str, settings: &str) -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = || TempDir::new().expect("there is room for a folder");
        let above = folder();
        let project = Self { name, dir: above.path().join("project"), above, runtime: folder() };
        let sources = tests.join("guests/rogue/src");
        for file in fs::read_dir(sources).expect("the guest has sources") {
            let path = file.expect("it can be listed").path();
            let file = path.file_name().expect("it has a name").to_str().expect("it is text");
            project.write(&format!("src/{file}"), &fs::read_to_string(&path).expect("it is text"));
        }
        let sdk = tests.parent().expect("tests is a folder of the project").join("sdk/rust");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
             [dependencies]\ninsight-sdk = {{ path = {sdk:?} }}\nwasip2 = \"2\"\n[workspace]\n\
             [profile.release]\nopt-level = \"s\"\npanic = \"abort\"\n"
        );
        project.write("Cargo.toml", &manifest);
        let lock = fs::read_to_string(tests.join("guests/Cargo.lock")).expect("it is text");
        project.write("Cargo.lock", &lock);
        project.write(&format!("{name}.toml"), settings);
        project
    }

    /// Writes a file of the project.
    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.dir.join(name);
        fs::create_dir_all(path.parent().expect("it lies in the project")).expect("the folder is ours");
        fs::write(path, text).expect("the folder is ours");
    }

    /// Replaces a text of the library, which is there once.
    pub(super) fn edit(&self, text: &str, by: &str) {
        let library = fs::read_to_string(self.dir.join("src/lib.rs")).expect("it is text");
        assert_eq!(library.matches(text).count(), 1, "{text}");
        self.write("src/lib.rs", &library.replace(text, by));
    }

    /// Starts `dev`, and waits until it serves.
    pub(super) fn dev(&self) -> Dev {
        self.dev_in(&self.dir)
    }

    /// Starts `dev` in the folder above, which might hold further projects.
    pub(super) fn dev_above(&self) -> Dev {
        self.dev_in(self.above.path())
    }

    fn dev_in(&self, folder: &Path) -> Dev {
        // What `dev` writes is no source, wherever it goes.
        let log = self.dir.join("lines-of-dev");
        let project = folder.to_str().expect("it is text");
        let mut command = UNDER_TEST.command(["dev", project, "--listen", "127.0.0.1:0"]);
        // What a plugin is made of is compiled once for all tests, and the target folder is no part of the project.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm"));
        command.env("XDG_RUNTIME_DIR", self.runtime.path()).env("TMPDIR", self.runtime.path());
        command.current_dir(folder);
        command.stderr(File::create(&log).expect("the folder is ours")).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let line = lines.next().map(|line| line.expect("it is text")).unwrap_or_default();
        let url = line.strip_prefix("listening on ").map(str::to_owned);
        let url = url.unwrap_or_else(|| panic!("it does not listen: {}", fs::read_to_string(&log).unwrap_or_default()));
        Dev { name: self.name, url, child, log }
    }
}

impl Dev {
    /// Asks for a behaviour, and returns the title of the only item; empty if there is none.
    pub(super) fn said(&self, behaviour: &str) -> String {
        let url = format!("{}/api/providers/{}/record-summary", self.url, self.name);
        let asked = ureq::get(url).query("recordType", "account").query("recordId", behaviour).call();
        let answer = asked.ok().and_then(|mut answer| answer.body_mut().read_to_string().ok()).unwrap_or_default();
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        answer["value"][0]["title"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns what it has written to standard error.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits for a line that contains `text`, and returns the first.
    pub(super) fn logged(&self, text: &str) -> String {
        wait_for(&format!("`{text}`"), || self.log().lines().find(|line| line.contains(text)).map(str::to_owned))
    }

    /// Returns how many lines contain `text`.
    pub(super) fn count(&self, text: &str) -> usize {
        self.log().lines().filter(|line| line.contains(text)).count()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}
