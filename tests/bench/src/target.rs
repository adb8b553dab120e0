//! The servers that are compared.

use clap::ValueEnum;
use serde::Serialize;

/// A server, by the way it runs the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    /// An axum handler that calls the code itself.
    Native,
    /// Insight Host with its defaults.
    Host,
    /// `wasmtime serve` with its defaults: a new instance for each request.
    Serve,
    /// The same with a pool of instances' memory, and with bounds on work and time, as the host has.
    ServeTuned,
    /// The same, with instances that serve a thousand requests each and keep their state.
    ServeReused,
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
    /// `wasmtime serve`.
    Wasmtime,
    /// Extism.
    Extism,
}

impl Target {
    /// All, in the order of the report.
    pub(crate) const ALL: [Self; 8] = [
        Self::Native,
        Self::Host,
        Self::Serve,
        Self::ServeTuned,
        Self::ServeReused,
        Self::ExtismPooled,
        Self::ExtismInline,
        Self::ExtismFresh,
    ];

    /// Returns the name in the report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Native => "native axum",
            Self::Host => "Insight Host",
            Self::Serve => "wasmtime serve, defaults",
            Self::ServeTuned => "wasmtime serve, tuned",
            Self::ServeReused => "wasmtime serve, reused",
            Self::ExtismPooled => "Extism, pooled",
            Self::ExtismInline => "Extism, inline",
            Self::ExtismFresh => "Extism, fresh",
        }
    }

    /// Returns whether a request finds nothing of the requests before it.
    pub(crate) const fn is_clean(self) -> bool {
        matches!(self, Self::Host | Self::Serve | Self::ServeTuned | Self::ExtismFresh)
    }

    /// Returns the software that it needs.
    pub(crate) const fn software(self) -> Software {
        match self {
            Self::Native => Software::Ours,
            Self::Host => Software::Host,
            Self::Serve | Self::ServeTuned | Self::ServeReused => Software::Wasmtime,
            Self::ExtismPooled | Self::ExtismInline | Self::ExtismFresh => Software::Extism,
        }
    }
}
