//! `insight-host dev`: builds a plugin, serves it, and rebuilds it whenever its sources are saved.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::spawn_blocking;

use super::build::build;
use super::host::{self, HostError, ListenUrl};
use super::settings::SettingsArgument;
use super::signals::{Hangup, Signals};
use super::{CliError, chain};
use crate::cli::output::{errln, outln};
use crate::config::Effective;
use crate::http::{BasePath, listen_address};
use crate::plugin::{Event, EventKind, Plugin, PluginRegistry, StartWait, sources};
use contract::{Capability, Profile};
use net;
use net::outfile::Overwrite;
use net::telemetry;

/// Build a plugin, serve it, and rebuild it on save
///
/// Prints an example request for each plugin. Each save prints one line: the result, and the time it took.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host dev plugins/contoso-hub
  insight-host dev my-plugin --listen 127.0.0.1:0")]
pub(super) struct Arguments {
    /// Folder of the plugin's package, or of a workspace of plugins
    #[arg(value_name = "DIR")]
    source: PathBuf,
    /// Address to listen at; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    listen: Option<SocketAddr>,
    /// Path prefix of all routes, such as /insights, for a host behind a proxy [default: /]
    #[arg(long, value_name = "PATH")]
    base_path: Option<BasePath>,
    #[command(flatten)]
    settings: SettingsArgument,
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let Arguments { source, listen, base_path, settings } = arguments;
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let sources = settings
        .sources()
        .with_flag("--listen", "http.listen", listen)
        .with_flag("--base-path", "http.base-path", base_path)
        // The plugins are built for this run only, so no operator state is kept for them.
        .with_flag("dev", "state.directory", Some("off"))
        // Several may run concurrently; commands find each of them.
        .with_flag("dev", "admin.listen", Some(any_port));
    let effective = Effective::read(&sources)?;
    let out = TempDir::new().map_err(HostError::System)?;
    build(&source, out.path(), Overwrite::Own)?;

    // An author wants to see the log of the guest; the host's own events are printed by `tell`.
    let _log = telemetry::log_to_stderr("warn,guest=debug,insight_host::plugin=off,insight_host::audit=off")?;
    let components = out.path().to_owned();
    let ready = async |url, shelf: &PluginRegistry, events| {
        outln!("listening on {url}");
        for plugin in shelf.catalog().plugins() {
            outln!("{}", example(&url, plugin));
        }
        tokio::spawn(tell(events));
        tokio::spawn(rebuild(source, components));
    };
    let threads = host::answering_threads()?;
    let signals = Signals::receive(&threads, Hangup::Stops).map_err(HostError::System)?;
    let served = threads.block_on(host::run(effective, sources, out.path(), StartWait::All, signals, ready));
    // This does not wait for a build in progress.
    threads.shutdown_background();
    Ok(served?)
}

/// Rebuilds after each change of the sources; the host watches the output folder.
async fn rebuild(source: PathBuf, out: PathBuf) {
    let mut changes = sources(source.clone());
    loop {
        changes.next().await;
        let (from, to) = (source.clone(), out.clone());
        let begun = Instant::now();
        let built = spawn_blocking(move || build(&from, &to, Overwrite::Own)).await.expect("a build does not panic");
        match built {
            Ok(_) => errln!("built in {} ms", begun.elapsed().as_millis()),
            Err(error) => errln!("still serving the previous version: {}", chain(&error)),
        }
    }
}

/// Prints one line for each new version.
async fn tell(mut events: Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(event) => errln!("{}", line(&event)),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn line(Event { plugin, kind }: &Event) -> String {
    match kind {
        EventKind::Loaded { replaced: true, took } => format!("{plugin}: swapped in, {} ms", took.as_millis()),
        EventKind::Loaded { replaced: false, took } => format!("{plugin}: serving, {} ms", took.as_millis()),
        EventKind::Refused { kept, took, error } => {
            let what = if *kept { "still serving the previous version" } else { "not served" };
            let why = net::chain(error);
            format!("{plugin}: {what}, {} ms: {why}", took.as_millis())
        }
        EventKind::Unloaded => format!("{plugin}: unloaded"),
        EventKind::Disabled => format!("{plugin}: disabled"),
    }
}

/// Returns a curl command for a request that `plugin` answers.
fn example(url: &ListenUrl, plugin: &Plugin) -> String {
    let base = format!("{url}/api/providers/{}", plugin.id());
    let record = plugin.profile().and_then(Profile::example_query);
    let record = record.as_deref().unwrap_or("recordType=account&recordId=1");
    let page = [Capability::RecordSummary, Capability::KeySalesInfo, Capability::RecordDetails]
        .into_iter()
        .find(|capability| plugin.capabilities().contains(capability));
    if let Some(capability) = page {
        return format!("curl '{base}/{capability}?{record}'");
    }
    if let Some(skill) = plugin.skills().first() {
        let inputs: Vec<String> = skill.parameters.iter().map(|parameter| format!("{}=1", parameter.name)).collect();
        return format!("curl '{base}/chat/{}?{}'", skill.name, inputs.join("&"));
    }
    if plugin.capabilities().contains(&Capability::EmailSummary) {
        return format!("curl '{base}/email-summary?emailContacts=alberto%40fourthcoffee.example'");
    }
    let body = r#"{"resourceType": "email-thread", "resourceData": {"subject": "Renewal"}}"#;
    format!("curl '{base}/email-draft' --json '{body}'")
}
