//! Releases of the program `wasmtime`, each of which a file of requirements pins by hash.

/// A release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    /// That of the host's engine.
    OfHost,
    /// The newest.
    Newest,
}

impl Release {
    /// All.
    pub(crate) const ALL: [Self; 2] = [Self::OfHost, Self::Newest];

    /// Returns the name of its requirements in `tests/peers`.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::OfHost => "wasmtime.txt",
            Self::Newest => "wasmtime-newest.txt",
        }
    }

    /// Returns its version.
    pub(crate) fn version(self) -> &'static str {
        pinned(match self {
            Self::OfHost => include_str!("../../peers/wasmtime.txt"),
            Self::Newest => include_str!("../../peers/wasmtime-newest.txt"),
        })
    }
}

/// Returns the version of the one package that requirements pin.
fn pinned(requirements: &str) -> &str {
    let (_name, rest) = requirements.split_once("==").expect("the package is pinned");
    rest.split_whitespace().next().expect("the version follows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_release_is_the_one_that_is_pinned() {
        assert_eq!(pinned("# A program.\nwasmtime-bin==48.0.2 \\\n    --hash=sha256:00\n"), "48.0.2");
        let major = |release: Release| release.version().split('.').next().and_then(|word| word.parse::<u32>().ok());
        assert!(major(Release::Newest) > major(Release::OfHost));
    }
}
