//! Commands that change the plugins of a running host.

use crate::admin::{AdminClient, ReloadEnd, ReloadResult, Reloads};
use crate::cli::CliError;
use crate::cli::output::print;
use contract::{Printable, ProviderId};

/// A change of one plugin.
#[derive(Clone, Copy, Debug)]
pub(super) enum PluginCommand<'a> {
    Reload,
    Disable,
    Enable,
    /// A rollback to the previous version, or to the one whose digest begins so.
    RollBack(Option<&'a str>),
}

impl PluginCommand<'_> {
    fn path(self, plugin: &ProviderId) -> String {
        let path = |order| format!("/api/plugins/{plugin}/{order}");
        match self {
            Self::Reload => path("reload"),
            Self::Disable => path("disable"),
            Self::Enable => path("enable"),
            Self::RollBack(None) => path("rollback"),
            Self::RollBack(Some(digest)) => format!("{}?to={digest}", path("rollback")),
        }
    }
}

/// Sends the order to the host, and prints the result.
pub(super) async fn send(
    client: &AdminClient,
    plugin: &ProviderId,
    order: PluginCommand<'_>,
    json: bool,
) -> Result<(), CliError> {
    let text = client.post(&order.path(plugin)).await?;
    let result = client.read(&text)?;
    tell(&text, &[result], json)
}

/// Reloads all plugins, and prints the result of each.
pub(super) async fn reload_all(client: &AdminClient, json: bool) -> Result<(), CliError> {
    let text = client.post("/api/reload").await?;
    let Reloads { plugins } = client.read(&text)?;
    tell(&text, &plugins, json)
}

fn tell(text: &str, results: &[ReloadResult], json: bool) -> Result<(), CliError> {
    if json {
        print(&format!("{text}\n"));
    } else {
        print(&results.iter().map(line).collect::<String>());
        if let Some(unsaved) = results.iter().find_map(|result| result.unsaved.as_ref()) {
            print(&super::show::unsaved(unsaved));
        }
    }
    let refused = results.iter().filter(|result| result.result == ReloadEnd::Refused);
    let errors: Vec<String> = refused.filter_map(|result| result.error.clone()).collect();
    if errors.is_empty() { Ok(()) } else { Err(CliError::NotLoaded(errors)) }
}

/// Formats a line such as `contoso-hub: loaded`, or `contoso-hub: loaded, pinned to 0123456789ab`.
fn line(result: &ReloadResult) -> String {
    let pinned = result.digest.as_deref().map(|digest| format!(", pinned to {}", super::show::short(digest)));
    format!("{}: {}{}\n", Printable(&result.id), result.result, Printable(&pinned.unwrap_or_default()))
}
