//! The list of tools, page by page, and its comparison with itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{PlayedClient, PlayedEra};
use super::examination::McpExamination;
use super::modern::check_whole;
use super::tool::{self, ListedTool};
use crate::conform::Rule;

/// The most pages, tools and bytes of them that are read.
const MOST_PAGES: usize = 50;
const MOST_TOOLS: usize = 1_000;
const MOST_BYTES: usize = 16 << 20;

/// The tools beyond which answers get worse.
const MANY: usize = 10;

/// The bytes of a list that agents copy.
const HEAVY: usize = 100_000;

/// Reads the list, and checks it and each tool.
pub(super) async fn check(play: &mut McpExamination<'_>, client: &PlayedClient) -> Vec<ListedTool> {
    let Some(definitions) = read(play, client, "the list of tools").await else { return Vec::new() };
    let place = client.version;
    let mut tools: Vec<ListedTool> = definitions.iter().filter_map(ListedTool::read).collect();
    if tools.is_empty() || tools.len() < definitions.len() {
        let what = format!("{} of {} entries have no name", definitions.len() - tools.len(), definitions.len());
        play.find(Rule::ToolsMissing, place, if definitions.is_empty() { "it is empty".to_owned() } else { what });
    }
    tool::check_all(play, client, &mut tools);
    if tools.len() > MANY {
        play.find(Rule::FunctionsMany, place, format!("there are {} tools", tools.len()));
    }
    let bytes = bytes_of(&definitions);
    if bytes > HEAVY {
        play.find(Rule::ListHeavy, place, format!("it has {} KB", bytes.div_ceil(1_000)));
    }
    check_stable(play, client, definitions).await;
    check_cursor(play, client).await;
    tools
}

/// Checks that another version lists the same tools.
pub(super) async fn compare(play: &mut McpExamination<'_>, client: &PlayedClient, tools: &[ListedTool]) {
    let Some(definitions) = read(play, client, "the list of tools").await else { return };
    let names: BTreeSet<&str> = definitions.iter().filter_map(|tool| tool["name"].as_str()).collect();
    let others: BTreeSet<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    if let Some(name) = names.symmetric_difference(&others).next() {
        play.find(Rule::ListsDiffer, client.version, format!("`{name}` is not listed in every version"));
    }
}

/// Returns the bytes of definitions.
fn bytes_of(definitions: &[Value]) -> usize {
    definitions.iter().map(|definition| definition.to_string().len()).sum()
}

/// Reads all pages of the list.
async fn read(play: &mut McpExamination<'_>, client: &PlayedClient, about: &str) -> Option<Vec<Value>> {
    let (mut tools, mut cursors, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut params = json!({});
    for page in 1..=MOST_PAGES {
        let about = if page == 1 { about.to_owned() } else { format!("{about}, page {page}") };
        let request = play.request(client, &about, "tools/list", &params);
        let mut result = play.ask(&request).await?;
        if client.era == PlayedEra::Modern {
            check_whole(play, &about, &result, true);
        }
        let Value::Array(listed) = result["tools"].take() else {
            play.find(Rule::ToolsMissing, client.version, format!("{about}: `tools` is no list"));
            return None;
        };
        bytes += bytes_of(&listed);
        tools.extend(listed);
        let is_long = tools.len() > MOST_TOOLS || bytes > MOST_BYTES;
        match &result["nextCursor"] {
            _ if is_long => {
                tools.truncate(MOST_TOOLS);
                let what = format!("it has more than {MOST_TOOLS} tools, or {} MiB", MOST_BYTES >> 20);
                play.find(Rule::ListEndless, client.version, what);
                return Some(tools);
            }
            Value::Null => return Some(tools),
            Value::String(cursor) if !cursors.contains(cursor) => {
                cursors.push(cursor.clone());
                params = json!({ "cursor": cursor });
            }
            Value::String(_) => {
                play.find(Rule::ListEndless, client.version, format!("{about}: `nextCursor` leads back"));
                return Some(tools);
            }
            _ => {
                play.find(Rule::ListEndless, client.version, format!("{about}: `nextCursor` is no text"));
                return Some(tools);
            }
        }
    }
    play.find(Rule::ListEndless, client.version, format!("it has more than {MOST_PAGES} pages"));
    Some(tools)
}

/// Checks that the list is the same when it is read again. A change between two requests may be true once.
async fn check_stable(play: &mut McpExamination<'_>, client: &PlayedClient, mut before: Vec<Value>) {
    let mut difference = None;
    for about in ["the list of tools, again", "the list of tools, once more"] {
        let Some(now) = read(play, client, about).await else { return };
        let differs = before.iter().zip(&now).find(|(one, other)| one != other).map(|(one, _)| one["name"].clone());
        difference = match differs {
            Some(name) => Some(format!("the definition of `{}` changes", name.as_str().unwrap_or_default())),
            None if before.len() != now.len() => Some("the number of tools changes".to_owned()),
            None => return,
        };
        before = now;
    }
    if let Some(what) = difference {
        play.find(Rule::ListUnstable, client.version, what);
    }
}

async fn check_cursor(play: &mut McpExamination<'_>, client: &PlayedClient) {
    let params = json!({ "cursor": "conform-no-such-cursor" });
    let request = play.request(client, "an unknown cursor", "tools/list", &params);
    let Some(reply) = play.send(&request).await else { return };
    if reply.result().is_some_and(|result| result["tools"].as_array().is_some_and(|tools| !tools.is_empty())) {
        play.find(Rule::CursorUnchecked, client.version, "it is answered with tools");
    }
}
