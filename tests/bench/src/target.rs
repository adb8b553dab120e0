//! The servers that are compared.

use clap::ValueEnum;
use serde::Serialize;

use crate::release::Release;

/// A server, by the way it runs the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    /// An axum handler that calls the code itself.
    Native,
    /// Insight Host with its defaults.
    Host,
    /// `wasmtime serve` of the release of the host's engine, with its defaults: a new instance for each request.
    Serve,
    /// The same with a pool of instances' memory, and with bounds on work and time, as the host has.
    ServeTuned,
    /// The same, with instances that serve a thousand requests each and keep their state.
    ServeReused,
    /// The newest `wasmtime serve` with its defaults.
    ServeNewest,
    /// The newest, tuned.
    ServeNewestTuned,
    /// The newest, with instances that keep their state.
    ServeNewestReused,
    /// Extism with a pool of instances that keep their state, called on threads that may block.
    ExtismPooled,
    /// Extism with an instance per answering thread that keeps its state, called on that thread.
    ExtismInline,
    /// Extism with a new instance for each request.
    ExtismFresh,
}

/// The software that a target needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Software {
    /// This program.
    Ours,
    /// The host.
    Host,
    /// A release of `wasmtime serve`.
    Wasmtime(Release),
    /// Extism.
    Extism,
}

/// Pools of `wasmtime serve`, and the time and work that it grants a request, when tuned: those of the host.
const TUNED: [&str; 4] = [
    "-O",
    "pooling-allocator=y,pooling-pagemap-scan=y,pooling-memory-keep-resident=2097152,\
     pooling-table-keep-resident=65536,pooling-async-stack-keep-resident=65536",
    "-W",
    "fuel=5000000000,timeout=4s",
];

const REUSED: [&str; 6] = [TUNED[0], TUNED[1], TUNED[2], TUNED[3], "--max-instance-reuse-count", "1000"];

impl Target {
    /// All, in the order of the report.
    pub(crate) const ALL: [Self; 11] = [
        Self::Native,
        Self::Host,
        Self::Serve,
        Self::ServeTuned,
        Self::ServeReused,
        Self::ServeNewest,
        Self::ServeNewestTuned,
        Self::ServeNewestReused,
        Self::ExtismPooled,
        Self::ExtismInline,
        Self::ExtismFresh,
    ];

    /// Returns the name in the report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Native => "native axum",
            Self::Host => "Insight Host",
            Self::Serve => "wasmtime serve 48, defaults",
            Self::ServeTuned => "wasmtime serve 48, tuned",
            Self::ServeReused => "wasmtime serve 48, reused",
            Self::ServeNewest => "wasmtime serve 49, defaults",
            Self::ServeNewestTuned => "wasmtime serve 49, tuned",
            Self::ServeNewestReused => "wasmtime serve 49, reused",
            Self::ExtismPooled => "Extism, pooled",
            Self::ExtismInline => "Extism, inline",
            Self::ExtismFresh => "Extism, fresh",
        }
    }

    /// Returns whether a request finds nothing of the requests before it.
    pub(crate) const fn is_clean(self) -> bool {
        match self {
            Self::Host | Self::ExtismFresh => true,
            Self::Serve | Self::ServeTuned | Self::ServeNewest | Self::ServeNewestTuned => true,
            Self::Native | Self::ServeReused | Self::ServeNewestReused | Self::ExtismPooled | Self::ExtismInline => {
                false
            }
        }
    }

    /// Returns the software that it needs.
    pub(crate) const fn software(self) -> Software {
        match self {
            Self::Native => Software::Ours,
            Self::Host => Software::Host,
            Self::Serve | Self::ServeTuned | Self::ServeReused => Software::Wasmtime(Release::OfHost),
            Self::ServeNewest | Self::ServeNewestTuned | Self::ServeNewestReused => Software::Wasmtime(Release::Newest),
            Self::ExtismPooled | Self::ExtismInline | Self::ExtismFresh => Software::Extism,
        }
    }

    /// Returns the arguments by which it differs from the others of its software.
    pub(crate) const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Native | Self::Host | Self::Serve | Self::ServeNewest => &[],
            Self::ServeTuned | Self::ServeNewestTuned => &TUNED,
            Self::ServeReused | Self::ServeNewestReused => &REUSED,
            Self::ExtismPooled => &["pooled"],
            Self::ExtismInline => &["inline"],
            Self::ExtismFresh => &["fresh"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_the_release_that_is_pinned() {
        for target in Target::ALL {
            if let Software::Wasmtime(release) = target.software() {
                let (major, _rest) = release.version().split_once('.').expect("a version has parts");
                let expected = format!("wasmtime serve {major}, ");
                assert!(target.title().starts_with(&expected), "{}", target.title());
            }
        }
    }
}
