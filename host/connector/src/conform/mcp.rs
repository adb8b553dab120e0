//! The check of a server of the Model Context Protocol, of anybody's: its client is played as Copilot may be one.
//!
//! Which version Copilot speaks is not published, so the server is asked in each (`client`): in the modern era each
//! request states its version (`modern`), in the legacy era a handshake comes first (`legacy`). What it lists is judged
//! as a model reads it (`list`, `tool`), and what it answers as Copilot reads it (`call`, `result`). Then come requests
//! that are wrong (`errors`), that come from where they must not (`transport`, `authorization`), or that strain the
//! server (`strain`). Tools that do not say that they only read are called only if the user wishes.
//!
//! The server is a stranger. Every answer has a size and a time, redirects and foreign addresses are not followed,
//! patterns of its schemas are matched in linear time, and a server that does not answer is asked no more
//! (`examination`). What it says is quoted escaped and cut, without the caller's secrets.

mod authorization;
mod call;
mod client;
mod errors;
mod events;
mod examination;
mod legacy;
mod list;
mod modern;
mod plan;
mod reply;
mod report;
mod request;
mod result;
mod schemas;
mod strain;
mod tool;
mod transport;

pub use plan::{McpPlan, ToolArguments, ToolArgumentsError};
pub use report::McpReport;

use self::client::{LEGACY, PlayedClient, PlayedEra};
use self::examination::McpExamination;
use super::{Base, Rule};

/// Judges the server at `base`, whose URL is that of its endpoint.
pub async fn judge(base: &Base, plan: &McpPlan) -> McpReport {
    let mut play = McpExamination::new(base, plan);
    let modern = modern::open(&mut play).await;
    let legacy = legacy::open(&mut play).await;
    let clients: Vec<PlayedClient> = modern.into_iter().chain(legacy).collect();
    check_eras(&mut play, &clients).await;
    let Some(main) = clients.first() else { return report(play, &clients, Vec::new()) };
    let tools = list::check(&mut play, main).await;
    for other in &clients[1..] {
        list::compare(&mut play, other, &tools).await;
    }
    for client in [PlayedEra::Modern, PlayedEra::Legacy].into_iter().filter_map(|era| newest(&clients, era)) {
        errors::check(&mut play, client).await;
        transport::check_headers(&mut play, client).await;
        match client.era {
            PlayedEra::Modern => {
                modern::check_headers(&mut play, client).await;
                modern::check_listening(&mut play, client).await;
            }
            PlayedEra::Legacy => legacy::check_session(&mut play, client).await,
        }
    }
    for client in clients.iter().filter(|client| client.era == PlayedEra::Legacy) {
        legacy::check_ping(&mut play, client).await;
        legacy::check_version(&mut play, client).await;
        legacy::check_batch(&mut play, client).await;
    }
    transport::check_origin(&mut play, main).await;
    let answered = call::check(&mut play, main, &tools).await;
    if let Some(first) = answered.first() {
        for other in &clients[1..] {
            call::repeat(&mut play, other, first).await;
        }
        strain::check(&mut play, main, first).await;
    }
    authorization::check(&mut play, main).await;
    for client in &clients {
        legacy::end(&mut play, client).await;
    }
    let names = tools.iter().map(|tool| {
        let is_answered = answered.iter().any(|answered| answered.tool.name == tool.name);
        (tool.name.clone(), is_answered)
    });
    let names = names.collect();
    report(play, &clients, names)
}

/// Tells of eras that are missing. A server without any is looked at for the reason.
async fn check_eras(play: &mut McpExamination<'_>, clients: &[PlayedClient]) {
    let [modern, legacy] = [PlayedEra::Modern, PlayedEra::Legacy].map(|era| newest(clients, era));
    match (modern, legacy) {
        (Some(_), Some(_)) => {}
        (Some(_), None) => play.find(Rule::EraMissing, "", "it does not answer `initialize`"),
        (None, Some(_)) => play.find(Rule::EraMissing, "", "it does not answer `server/discover`"),
        (None, None) if play.is_unauthenticated => {
            play.find(Rule::RequestRefused, "", "it asks for a token, or rejects it: name one with `--token-env`");
            authorization::check(play, &PlayedClient::legacy(LEGACY[0])).await;
        }
        // That is told already.
        (None, None) if play.is_unanswered() => {}
        (None, None) if transport::is_former(play).await => {
            play.find(Rule::TransportFormer, "", "GET begins with the event `endpoint`, and POST is not served");
        }
        (None, None) => play.find(Rule::EraNone, "", "it answers neither `server/discover` nor `initialize`"),
    }
    // The stream of a legacy client is the only one that GET may open.
    if let Some(client) = legacy.or(modern) {
        let has_stream = transport::check_get(play, client).await;
        if client.announces_changes && !has_stream && client.era == PlayedEra::Legacy {
            play.find(Rule::ChangesUnheard, client.version, "GET gives no stream of events");
        }
    }
}

/// Returns the client of the newest version of an era.
fn newest(clients: &[PlayedClient], era: PlayedEra) -> Option<&PlayedClient> {
    clients.iter().find(|client| client.era == era)
}

fn report(mut play: McpExamination<'_>, clients: &[PlayedClient], tools: Vec<(String, bool)>) -> McpReport {
    if let Some(why) = play.why_over() {
        // However many findings there are.
        play.findings.add(Rule::CheckEnded, "", why);
    }
    let versions = clients.iter().map(|client| client.version).collect();
    McpReport::new(versions, tools, play.asked, play.findings)
}
