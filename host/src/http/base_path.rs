//! The base path of the public routes, for a host behind a proxy that serves other paths, too.

use std::fmt;
use std::str::FromStr;

use axum::Router;
use schemars::JsonSchema;
use serde::Deserialize;

/// Longest base path, in bytes.
const LONGEST: usize = 256;

/// A path such as `/insights` that begins every route. Empty for the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct BasePath(String);

/// The error for a text that is not a base path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be `/`, or begin with `/` and not end with it, each part of letters, digits, `-`, `_` and `.`: `/insights`"
)]
pub struct NoBasePath;

impl BasePath {
    /// Nests `routes` below the base path.
    pub(super) fn above(&self, routes: Router) -> Router {
        if self.0.is_empty() { routes } else { Router::new().nest(&self.0, routes) }
    }

    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for BasePath {
    type Err = NoBasePath;

    fn from_str(text: &str) -> Result<Self, NoBasePath> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_segment = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(is_plain);
        match text.strip_prefix('/') {
            Some("") => Ok(Self::default()),
            Some(rest) if text.len() <= LONGEST && rest.split('/').all(is_segment) => Ok(Self(text.to_owned())),
            _ => Err(NoBasePath),
        }
    }
}

impl TryFrom<String> for BasePath {
    type Error = NoBasePath;

    fn try_from(text: String) -> Result<Self, NoBasePath> {
        text.parse()
    }
}

/// Writes the base path as a prefix of routes: nothing for the root.
impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_segments_make_a_base_path() {
        for path in ["/insights", "/a/b-c/v1.0_x"] {
            assert_eq!(path.parse().map(|path: BasePath| path.to_string()), Ok(path.to_owned()));
        }
        assert_eq!("/".parse(), Ok(BasePath::default()));
    }

    #[test]
    fn what_a_router_or_a_proxy_could_read_otherwise_does_not() {
        for path in
            ["", "insights", "/insights/", "//", "/a//b", "/a/../b", "/.", "/{a}", "/a b", "/%41", "/ä", "/a?b", "/*"]
        {
            assert_eq!(path.parse::<BasePath>(), Err(NoBasePath), "{path}");
        }
    }
}
