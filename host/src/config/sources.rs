//! The sources of settings: a file, the environment and the command line, in ascending precedence.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, ValueDeserializer};

use super::development::AuthorFiles;
use super::origin::SettingOrigin;
use super::problems::{Problems, SettingProblem};
use super::schema_node::SchemaNode;
use super::tree::SettingNode;
use net::text_file::is_utf16;

/// The default name of the settings file, in the working directory.
const FILE: &str = "insight-host.toml";

/// The prefix of variables that are settings.
const PREFIX: &str = "INSIGHT_HOST__";

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The sources of settings. The environment takes precedence over the file, and flags over both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    file: Option<PathBuf>,
    /// Names and values; a value that is not Unicode is missing.
    variables: Vec<(String, Option<String>)>,
    flags: Vec<Flag>,
    /// Files of plugins' authors, which add to the settings of their plugins.
    author: AuthorFiles,
}

/// A setting on the command line.
#[derive(Clone, Debug)]
struct Flag {
    name: &'static str,
    key: &'static str,
    value: String,
}

impl Sources {
    /// Uses `file`, or else `insight-host.toml` in the working directory if it exists; and the environment.
    pub(crate) fn of(file: Option<PathBuf>) -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
            Some((name, value.into_string().ok()))
        });
        let file = file.or_else(|| Some(PathBuf::from(FILE)).filter(|file| file.exists()));
        Self { file, variables: variables.collect(), flags: Vec::new(), author: AuthorFiles::default() }
    }

    /// Adds the flag `name`, which sets `key`, if it is given.
    #[must_use]
    pub(crate) fn with_flag(mut self, name: &'static str, key: &'static str, value: Option<impl ToString>) -> Self {
        self.flags.extend(value.map(|value| Flag { name, key, value: value.to_string() }));
        self
    }

    /// Adds the files of plugins' authors: their wishes are granted.
    #[must_use]
    pub(crate) fn with_author(mut self, author: AuthorFiles) -> Self {
        self.author = author;
        self
    }

    /// Returns the files of plugins' authors.
    pub(super) fn author(&self) -> &AuthorFiles {
        &self.author
    }

    /// Returns the paths of all files.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.file().into_iter().chain(self.author.paths()).map(Path::to_owned).collect()
    }

    /// Returns the path of the settings file, if there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Reads all sources and merges them. Reports those that cannot be read.
    pub(super) fn read(&self, problems: &mut Problems) -> SettingNode {
        let mut tree = self.file.as_deref().map_or_else(SettingNode::empty, |path| read_file(path, problems));
        for (name, value) in &self.variables {
            let origin = SettingOrigin::Variable(name.clone());
            match value {
                Some(value) => tree.lay(single(&steps(name), value, &origin)),
                None => problems.add(SettingProblem::of_source(origin, "its value is not Unicode text")),
            }
        }
        for Flag { name, key, value } in &self.flags {
            let steps: Vec<String> = key.split('.').map(str::to_owned).collect();
            tree.lay(single(&steps, value, &SettingOrigin::Flag(name)));
        }
        tree
    }
}

/// Returns the name of the variable that sets `key`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").replace('-', "_").to_ascii_uppercase())
}

/// Returns the steps of the key that a variable sets.
fn steps(variable: &str) -> Vec<String> {
    let name = variable.strip_prefix(PREFIX).unwrap_or(variable);
    name.split("__").map(|step| step.to_ascii_lowercase().replace('_', "-")).collect()
}

/// Creates a tree of this one setting.
fn single(steps: &[String], text: &str, origin: &SettingOrigin) -> SettingNode {
    let location = steps.iter().try_fold(SchemaNode::root(), |location, step| location.below(step));
    let value = steps
        .iter()
        .rev()
        .fold(value(location, text), |value, step| toml::Value::Table([(step.clone(), value)].into_iter().collect()));
    let mut tree = SettingNode::of(String::new(), origin.clone(), value);
    tree.origin = SettingOrigin::Default;
    tree
}

/// Reads the value of a variable or flag: as text where the schema takes only that, else as TOML.
fn value(location: Option<SchemaNode<'_>>, text: &str) -> toml::Value {
    let as_text = || toml::Value::String(text.to_owned());
    if location.is_none_or(SchemaNode::is_text) {
        return as_text();
    }
    let read = ValueDeserializer::parse(text).and_then(serde::Deserialize::deserialize);
    read.unwrap_or_else(|_no_toml| as_text())
}

fn read_file(path: &Path, problems: &mut Problems) -> SettingNode {
    let whole: Arc<Path> = path.into();
    match read_text(path) {
        Ok(text) => read_toml(&whole, &text, problems),
        Err(error) => {
            let missing =
                if error.kind() == io::ErrorKind::NotFound { "; `--config` names the settings file" } else { "" };
            let what = format!("failed to read the settings: {error}{missing}");
            problems.add(SettingProblem::of_source(SettingOrigin::File { path: whole, at: None }, what));
            SettingNode::empty()
        }
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1MiB"));
    }
    utf8(bytes).map_err(|what| io::Error::new(io::ErrorKind::InvalidData, what))
}

/// Decodes the text of a file.
///
/// # Errors
///
/// Fails with the encoding to save the file in.
fn utf8(bytes: Vec<u8>) -> Result<String, &'static str> {
    if is_utf16(&bytes) {
        return Err("it is UTF-16, which `>` of Windows PowerShell writes; save it as UTF-8");
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text; save it in that encoding")
}

/// Reads a file of this text. Reports only the first error of syntax, as further ones may follow from it.
pub(super) fn read_toml(path: &Arc<Path>, text: &str, problems: &mut Problems) -> SettingNode {
    match DeTable::parse(text) {
        Ok(table) => SettingNode::of_file(table.get_ref(), &|span| SettingOrigin::in_file(path, text, span.start)),
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            let line = line_at(text, offset);
            problems.add(SettingProblem::of_source(
                SettingOrigin::in_file(path, text, offset),
                format!("this is not TOML: {}, in: {}", error.message(), SchemaNode::root().without_secret(line)),
            ));
            SettingNode::empty()
        }
    }
}

fn line_at(text: &str, offset: usize) -> &str {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_another_encoding_names_the_one_to_use() {
        let utf16 = |mark: &str| format!("{mark}[http]").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        for bytes in [utf16("\u{feff}"), utf16(""), vec![0, b'['], b"\xfe\xff\0[".to_vec()] {
            assert!(utf8(bytes).is_err_and(|what| what.contains("UTF-16") && what.contains("save it as UTF-8")));
        }
        assert!(utf8(b"# caf\xe9".to_vec()).is_err_and(|what| what.contains("UTF-8")));
    }

    #[test]
    fn a_byte_order_mark_of_utf8_is_skipped() {
        let mut problems = Problems::default();

        let text = utf8("\u{feff}[http]\nlisten = \"127.0.0.1:1\"".into()).expect("it is UTF-8");

        read_toml(&Path::new("insight-host.toml").into(), &text, &mut problems);
        assert!(problems.is_empty());
    }
}
