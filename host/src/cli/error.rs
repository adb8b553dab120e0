//! The error type of the command line, whose variants carry the exit codes.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::admin::AdminError;
use super::build::BuildError;
use super::call::CallError;
use super::check::CheckError;
use super::conform::ConformError;
use super::host::HostError;
use super::new::NewError;
use super::one::ComponentError;
use super::wit::WitError;
use super::{chain, exit};
use crate::admin::AdminClientError;
use crate::cli::output::errln;
use crate::config::Problems;
use crate::http::ReadyState;
use crate::plugin::LoadError;
use connector::agent::AgentFolderError;
use connector::{Collision, FolderError, SettingsError};
use contract::{Printable, ProviderId};
use engine::Failure;
use net::telemetry::TelemetryError;

/// A failure of a command.
///
/// The list is closed: a variant that [`exit_code`](Self::exit_code) does not name fails to compile.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The command line is not valid, or asks for help or the version.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The parameters of `call` do not make a question.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The folder has no component of the requested name.
    #[error("there is no component `{id}.wasm`; the folder has: {present}")]
    UnknownProvider { id: ProviderId, present: String },
    /// The settings are not valid.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// The log or the traces cannot be set up from the settings.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The file `connector.toml` or `agent.toml` is not valid.
    #[error(transparent)]
    ConnectorSettings(#[from] SettingsError),
    /// The folder of a connector cannot be written.
    #[error(transparent)]
    ConnectorFolder(#[from] FolderError),
    /// The folder of an agent cannot be written.
    #[error(transparent)]
    AgentFolder(#[from] AgentFolderError),
    /// Two operations of a connector would have the same id.
    #[error(transparent)]
    Collision(#[from] Collision),
    /// The host would reject the tokens of a connector.
    #[error("this host would reject the connector's tokens:\n  {}", .0.join("\n  "))]
    Audience(Vec<String>),
    /// A connector would have no operations.
    #[error("no component in the folder answers anything")]
    NoOperations,
    /// A connector would have chat skills alone, which reach nobody.
    #[error(
        "the plugins answer nothing but the chat, which takes no connectors: `insight-host agent` exports an agent, and \
         `--chat-skills` a connector all the same"
    )]
    OnlyChat,
    /// A plugin cannot be created.
    #[error(transparent)]
    New(#[from] NewError),
    #[error(transparent)]
    Wit(#[from] WitError),
    /// A plugin does not build.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A single component does not load.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// Components of a folder do not load.
    #[error("{}", lines(.0))]
    Components(Vec<Arc<LoadError>>),
    /// A component breaks its contract.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A connector breaks its contract. The findings are already printed.
    #[error("{errors} {} wrong with the connector", if *errors == 1 { "thing is" } else { "things are" })]
    NotConforming { errors: usize },
    /// The package of an agent would be refused. The findings are already printed.
    #[error("{errors} {} wrong with the agent", if *errors == 1 { "thing is" } else { "things are" })]
    AgentNotConforming { errors: usize },
    /// A server breaks its protocol. The findings are already printed.
    #[error("{errors} {} wrong with the server", if *errors == 1 { "thing is" } else { "things are" })]
    ServerNotConforming { errors: usize },
    /// A signal ended the host that `conform` started for its questions.
    #[error("the host was told to stop")]
    Interrupted,
    /// A connector cannot be judged.
    #[error(transparent)]
    Conform(#[from] ConformError),
    /// A called plugin ended without an answer.
    #[error("{}", no_answer(.0))]
    NoAnswer(Failure),
    /// A host does not start.
    #[error(transparent)]
    Host(#[from] HostError),
    /// No running host is found.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// A running host did not carry out a request.
    #[error(transparent)]
    Client(#[from] AdminClientError),
    /// A running host did not answer in time.
    #[error("the host did not answer within {0:?}")]
    Slow(Duration),
    /// A running host wants no requests.
    #[error("the host is {0}")]
    NotReady(ReadyState),
    /// A running host did not load plugins, for these reasons.
    #[error("{}", Printable(&.0.join("; ")))]
    NotLoaded(Vec<String>),
    /// The results cannot be written to standard output.
    #[error("failed to write to standard output: what is written there is not complete")]
    Output(#[source] io::Error),
    /// The compile child failed, and has written the reason itself.
    #[error("")]
    Reported(ExitCode),
}

impl CliError {
    /// Returns the code that the process ends with.
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            // Help and version come as errors too; clap's code for them is 0.
            Self::Usage(error) => u8::try_from(error.exit_code()).unwrap_or(exit::USAGE),
            Self::Call(_) | Self::UnknownProvider { .. } => exit::USAGE,
            Self::Settings(_) | Self::Telemetry(_) | Self::ConnectorSettings(_) | Self::Audience(_) => exit::CONFIG,
            Self::ConnectorFolder(error) => match error {
                FolderError::Incomplete(_) | FolderError::Icon { .. } | FolderError::ReadIcon { .. } => exit::CONFIG,
                FolderError::HostName { .. } => exit::USAGE,
                FolderError::TooLarge(_) => exit::CONTRACT,
                FolderError::Write(_) => exit::FAILURE,
            },
            Self::New(error) => match error {
                NewError::NoName(_) | NewError::Name(_) | NewError::Taken(..) => exit::USAGE,
                NewError::Exists(_) | NewError::Write { .. } => exit::FAILURE,
            },
            Self::Wit(error) => match error {
                WitError::Name(_) => exit::USAGE,
                WitError::Link(_) | WitError::Write { .. } => exit::FAILURE,
            },
            Self::AgentFolder(error) => match error {
                AgentFolderError::Incomplete(_) | AgentFolderError::Icon { .. } | AgentFolderError::ReadIcon { .. } => {
                    exit::CONFIG
                }
                AgentFolderError::HostName { .. } => exit::USAGE,
                AgentFolderError::Collision(_) => exit::CONTRACT,
                AgentFolderError::Write(_) => exit::FAILURE,
            },
            Self::Build(_) => exit::BUILD,
            Self::Component(_)
            | Self::Components(_)
            | Self::Check(_)
            | Self::Collision(_)
            | Self::NoOperations
            | Self::OnlyChat
            | Self::NotConforming { .. }
            | Self::AgentNotConforming { .. }
            | Self::ServerNotConforming { .. }
            | Self::Interrupted => exit::CONTRACT,
            Self::NoAnswer(_) => exit::NO_ANSWER,
            Self::Conform(_)
            | Self::Host(_)
            | Self::Admin(_)
            | Self::Client(_)
            | Self::Slow(_)
            | Self::NotReady(_)
            | Self::NotLoaded(_)
            | Self::Output(_) => exit::FAILURE,
            Self::Reported(code) => return *code,
        })
    }

    /// Prints the error and its causes on standard error.
    pub(super) fn print(&self) {
        match self {
            // Help and version belong on standard output; clap knows which is which.
            Self::Usage(error) => {
                let _ = error.print();
            }
            Self::Reported(_) => {}
            _ => errln!("error: {}", chain(self)),
        }
    }
}

/// Describes a call that ended without an answer.
fn no_answer(Failure { outcome, detail, retry_after }: &Failure) -> String {
    let retry = retry_after.map(|seconds| format!(" (retry after {seconds} s)")).unwrap_or_default();
    let colon = if detail.is_empty() { "" } else { ": " };
    format!("{outcome}{retry}{colon}{}", Printable(detail))
}

/// Joins errors, each with its causes.
fn lines(errors: &[Arc<LoadError>]) -> String {
    errors.iter().map(|error| chain(&**error)).collect::<Vec<_>>().join("\n")
}
