//! `insight-host dev`: builds a plugin, serves it, and rebuilds it whenever its sources are saved.
//!
//! An author trusts the own plugin, and so it gets here what no host gives a plugin on its own: what it wishes, the
//! settings of `NAME.dev.toml`, and line tables. It is compiled incrementally, and its state is kept in memory.

mod contents;
mod project;
mod rebuild;
mod tell;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

use self::contents::SourceContents;
use self::project::Project;
use self::rebuild::{Builder, digests, follow_settings};
use self::tell::Teller;
use super::CliError;
use super::build::{BuildError, BuildOptions, WrittenPlugin, build};
use super::host::{self, HostError, ListenUrl};
use super::settings::SettingsArgument;
use super::signals::{Hangup, Signals};
use crate::cli::output::{errln, outln};
use crate::config::{AuthorFiles, Effective};
use crate::http::{BasePath, listen_address};
use crate::plugin::{Development, Plugin, PluginRegistry, StartWait};
use contract::{Capability, ParameterKind, Profile, ProviderId, SkillParameter};
use net::outfile::Overwrite;
use net::telemetry;

/// What is logged: the guest's lines, and what is wrong with the host. `tell` prints the rest.
const LOG: &str = "warn,guest=debug,insight_host::plugin=off,insight_host::dispatch=off,insight_host::auth=error,\
                   insight_host::audit=off";

/// Build a plugin, serve it, and rebuild it on save
///
/// Grants the plugin what its NAME.toml wishes, and prints it. NAME.dev.toml beside it may hold other values of
/// `[config]`, values of `[secrets]`, and origins on this machine (`http = ["http://localhost:9000"]`). Both files take
/// effect when they are saved. Prints an example request for each plugin, a line for each version, and a line for
/// each call.
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
    // Errors in them are told before a build.
    Effective::read(&sources)?;
    let out = TempDir::new().map_err(HostError::System)?;
    let (builder, author) = first_build(&source, out.path())?;
    let sources = sources.with_author(author);
    let mut effective = Effective::read(&sources)?;
    effective.config.runtime.source_lines = true;
    host::keep_entries_apart(&mut effective.config);

    let _log = telemetry::log_to_stderr(LOG)?;
    let development = Development { project: builder.project.folder.as_path().into(), observer: tell::calls() };
    let homes = builder.homes.clone();
    let copies = homes.iter().map(|(id, home)| {
        let name = format!("{id}.toml");
        (home.join(&name), out.path().join(name))
    });
    let (copies, mut teller) = (copies.collect(), Teller::new(homes));
    let ready = async |url, registry: &Arc<PluginRegistry>, events| {
        outln!("listening on {url}");
        for plugin in registry.catalog().plugins() {
            outln!("{}", example(&url, plugin));
            teller.tell_grants(plugin);
        }
        tokio::spawn(teller.follow(events, Arc::clone(registry)));
        tokio::spawn(follow_settings(copies));
        tokio::spawn(builder.run());
    };
    let threads = host::answering_threads()?;
    let signals = Signals::receive(&threads, Hangup::Stops).map_err(HostError::System)?;
    let serving = host::run(effective, sources, out.path(), StartWait::All, signals, Some(development), ready);
    let served = threads.block_on(serving);
    // This does not wait for a build in progress.
    threads.shutdown_background();
    Ok(served?)
}

/// Builds the project for the first time. What changes meanwhile is built later.
fn first_build(source: &Path, out: &Path) -> Result<(Builder, AuthorFiles), CliError> {
    let project = Project::read(source);
    let mut contents = SourceContents::of(project.sources.tree());
    errln!("building …");
    let begun = Instant::now();
    let written = build_project(&project.folder, out)?;
    tell::built(begun.elapsed(), true);
    let components = digests(&written);
    let homes: BTreeMap<ProviderId, PathBuf> = written.into_iter().map(|plugin| (plugin.id, plugin.project)).collect();
    contents.built(true);
    // The build may have completed the manifests, such as by a lock file.
    let mut project = Project::read(source);
    project.leave_out_settings(&homes);
    let mut author = AuthorFiles::default();
    for (id, home) in &homes {
        author.add(id, home);
    }
    Ok((Builder { project, homes, contents, components, out: out.to_owned() }, author))
}

/// Builds the plugins of a project into the folder `out`.
fn build_project(source: &Path, out: &Path) -> Result<Vec<WrittenPlugin>, BuildError> {
    // Line tables, as an author wants to know where a fault is.
    let options = BuildOptions { debug: true, ..BuildOptions::default() };
    build(source, out, Overwrite::Own, &options)
}

/// Returns a value that the parameter of a skill takes, as in a query.
fn example_value(parameter: &SkillParameter) -> String {
    let value = match parameter.kind {
        ParameterKind::Text | ParameterKind::Integer | ParameterKind::Number => "1",
        ParameterKind::Boolean => "true",
        ParameterKind::Instant => "2026-01-01T00:00:00Z",
        ParameterKind::Choice => parameter.choices.first().map_or("", String::as_str),
    };
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
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
        let inputs: Vec<String> = skill
            .parameters
            .iter()
            .map(|parameter| format!("{}={}", parameter.name, example_value(parameter)))
            .collect();
        return format!("curl '{base}/chat/{}?{}'", skill.name, inputs.join("&"));
    }
    if plugin.capabilities().contains(&Capability::EmailSummary) {
        return format!("curl '{base}/email-summary?emailContacts=alberto%40fourthcoffee.example'");
    }
    let body = r#"{"resourceType": "email-thread", "resourceData": {"subject": "Renewal"}}"#;
    format!("curl '{base}/email-draft' --json '{body}'")
}
