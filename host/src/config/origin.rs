//! Where a setting was written.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Where a setting was written. Those that count less come first; a file's in its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// Nowhere: it is the default.
    Default,
    /// In the settings file, at a line and column, both counted from 1; or it is the file as a whole.
    File { path: Arc<Path>, at: Option<(usize, usize)> },
    /// In the environment.
    Variable(String),
    /// On the command line.
    Flag(&'static str),
}

impl Origin {
    /// The place in the file at `path` that is `offset` bytes into `text`.
    pub(super) fn in_file(path: &Arc<Path>, text: &str, offset: usize) -> Self {
        let before = &text[..text.floor_char_boundary(offset)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self::File { path: Arc::clone(path), at: Some((line, column)) }
    }
}

/// Such as `insight-host.toml:12:1`, `INSIGHT_HOST__HTTP__LISTEN`, `--listen`.
impl fmt::Display for Origin {
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
        let place = |offset| Origin::in_file(&Path::new("a.toml").into(), "eins\n  zwei\n", offset).to_string();

        assert_eq!([place(0), place(4), place(7), place(99)], ["a.toml:1:1", "a.toml:1:5", "a.toml:2:3", "a.toml:3:1"]);
    }
}
