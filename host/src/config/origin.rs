//! The origin of a setting: a file with line and column, a variable, a flag, or the defaults.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The origin of a setting. Those of lower precedence sort first; those in a file by line and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SettingOrigin {
    /// The default: it is not written.
    Default,
    /// A line and column of the settings file, both counted from 1; or the file as a whole.
    File { path: Arc<Path>, at: Option<(usize, usize)> },
    /// A variable of the environment.
    Variable(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl SettingOrigin {
    /// Returns the location of the byte at `offset` of `text`, the file at `path`.
    pub(super) fn in_file(path: &Arc<Path>, text: &str, offset: usize) -> Self {
        let before = &text[..text.floor_char_boundary(offset)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self::File { path: Arc::clone(path), at: Some((line, column)) }
    }
}

/// Such as `insight-host.toml:12:1`, `INSIGHT_HOST__HTTP__LISTEN`, `--listen`.
impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, at: Some((line, column)) } => write!(f, "{}:{line}:{column}", path.display()),
            Self::File { path, at: None } => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_by_line_and_column() {
        let location =
            |offset| SettingOrigin::in_file(&Path::new("a.toml").into(), "eins\n  zwei\n", offset).to_string();

        assert_eq!(
            [location(0), location(4), location(7), location(99)],
            ["a.toml:1:1", "a.toml:1:5", "a.toml:2:3", "a.toml:3:1"]
        );
    }
}
