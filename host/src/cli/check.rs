//! `insight-host check`: what a component provides, imports and breaks.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;

use super::CliError;
use super::one::{One, wait_for};
use super::settings::SettingsFile;
use crate::bindings::inspect::{Inspection, inspect};
use crate::contract::{
    Ask, Capability, ChatQuestion, Method, OPERATIONS, Operation, ParameterKind, Printable, Request, Skill,
};
use crate::plugin::CompileSettings;
use crate::telemetry;

/// Check a component
///
/// Says what it provides and imports, loads it as a host would, and calls each capability with
/// made-up input. Ends with 0 if it keeps to the interface, and with 3 if not.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host check contoso-hub.wasm
  insight-host check contoso-hub.wasm --config insight-host.toml     wishes beside grants")]
pub(super) struct Arguments {
    /// The component; settings beside it apply
    #[arg(value_name = "FILE")]
    component: PathBuf,
    #[command(flatten)]
    settings: SettingsFile,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let _log = telemetry::log_to_stderr("error,guest=info")?;
    let config = arguments.settings.read()?;
    let file = &arguments.component;
    let wasm = read(file)?;
    let inspection = inspect(&wasm).map_err(|refusal| CliError::Contract(printable_lines(&refusal.to_string())))?;
    print!("{}", describe(&inspection));

    wait_for(async {
        let one = One::load(file, config).await?;
        print!("{}{}", describe_profile(&one), describe_reach(&one));
        let breaks = try_out(&one).await;
        for problem in &breaks {
            println!("breaks    {}", Printable(problem));
        }
        match breaks.len() {
            0 => {
                println!("keeps to the interface");
                Ok(())
            }
            count => Err(CliError::Contract(format!("{} breaks its contract in {count} ways", file.display()))),
        }
    })
}

/// The whole file, if it is one that a host would read too.
fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    let fails = |what: String| CliError::Contract(format!("failed to read {}: {what}", file.display()));
    let metadata = fs::metadata(file).map_err(|error| fails(error.to_string()))?;
    let largest = CompileSettings::default().component_size;
    if !metadata.is_file() {
        return Err(fails("it is no regular file".to_owned()));
    }
    if metadata.len() > largest.as_u64() {
        return Err(fails(format!("it has {}, more than the {largest} it may have", ByteSize::b(metadata.len()))));
    }
    fs::read(file).map_err(|error| fails(error.to_string()))
}

/// What is said of a component, line by line: its misfits have a line each, and names of its own making in them.
fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| Printable(line).to_string()).collect();
    lines.join("\n")
}

fn describe(inspection: &Inspection) -> String {
    let mut text = String::new();
    let mut list = |label: &str, items: &[String]| {
        for item in items {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{label:<10}{}", Printable(item));
        }
    };
    list("provides", &inspection.provides);
    list("imports", &inspection.imports);
    list("ignored", &inspection.unknown_exports);
    text
}

fn describe_profile(one: &One) -> String {
    let mut text = String::new();
    let plugin = one.plugin();
    let _ = writeln!(text, "digest    {}", plugin.digest());
    if let Some(profile) = plugin.profile() {
        let _ = writeln!(text, "about     {} {}", Printable(&profile.title), Printable(&profile.version));
    }
    for skill in plugin.skills() {
        let _ = writeln!(text, "skill     {}", Printable(&skill.name));
    }
    text
}

/// What its author wishes to reach and what the operator grants, side by side.
fn describe_reach(one: &One) -> String {
    let plugin = one.plugin();
    let (wishes, grants) = (&plugin.settings().wishes, plugin.reach().grants());
    let http = wishes.http.iter().map(|origin| (format!("http {origin}"), grants.allows_origin(origin)));
    let secrets = wishes.secrets.iter().map(|name| (format!("secret {name}"), grants.secrets.contains_key(name)));
    let key_value = wishes.key_value.then(|| ("key-value".to_owned(), grants.key_value.is_some()));
    let caller = wishes.caller.then(|| ("caller".to_owned(), grants.caller));

    let mut text = String::new();
    for (wish, is_granted) in http.chain(secrets).chain(key_value).chain(caller) {
        let granted = if is_granted { "granted" } else { "not granted" };
        let _ = writeln!(text, "wishes    {} ({granted})", Printable(&wish));
    }
    for grant in grants.summary() {
        let _ = writeln!(text, "granted   {}", Printable(&grant));
    }
    text
}

/// Calls everything once, and says what a seller would see go wrong.
async fn try_out(one: &One) -> Vec<String> {
    let about = one.plugin().repairs();
    let mut breaks: Vec<String> = about.notes.iter().map(|note| format!("about: {note}")).collect();
    for (name, ask) in questions(one) {
        let ended = one.ask(ask, None, None).await;
        breaks.extend(ended.repairs.notes.iter().map(|note| format!("{name}: {note}")));
        match ended.result {
            Err(failure) if failure.outcome.is_fault() => {
                breaks.push(format!("{name}: {}: {}", failure.outcome, failure.detail));
            }
            Ok(_) | Err(_) => {}
        }
    }
    breaks
}

/// One made-up question for each operation and skill.
fn questions(one: &One) -> Vec<(String, Ask)> {
    const QUERY: &str = "recordType=account&recordId=00000000-0000-0000-0000-000000000001\
                         &emailContacts=somebody%40example.com";
    const BODY: &str = r#"{"resourceType": "email-thread", "resourceData": {
        "subject": "Renewal", "plaintextBody": "Shall we renew?", "from": "somebody@example.com"}}"#;

    let plugin = one.plugin();
    let mut questions = Vec::new();
    for operation in OPERATIONS {
        if !plugin.capabilities().contains(&operation.capability) {
            continue;
        }
        let request = match operation.method {
            Method::Get => Request::from_query(operation, Some(QUERY)),
            Method::Post => Request::from_body(operation, BODY.as_bytes()),
        };
        let request = request.expect("the made-up question has every parameter");
        questions.push((name(operation), Ask::Page(Box::new(request))));
    }
    for skill in plugin.skills() {
        let question = ChatQuestion::from_query(skill, Some(&inputs(skill))).expect("every parameter is there");
        questions.push((format!("{} {}", Capability::Chat, skill.name), Ask::Chat(question)));
    }
    questions
}

/// What an author knows an operation by.
fn name(operation: &Operation) -> String {
    match (operation.capability, operation.method) {
        (Capability::EmailSummary, Method::Post) => format!("{}, second version", operation.capability),
        (capability, _) => capability.to_string(),
    }
}

/// A value for each parameter of a skill.
fn inputs(skill: &Skill) -> String {
    let value = |kind| match kind {
        ParameterKind::Text => "something",
        ParameterKind::Integer => "1",
        ParameterKind::Number => "1.5",
    };
    let inputs: Vec<String> =
        skill.parameters.iter().map(|parameter| format!("{}={}", parameter.name, value(parameter.kind))).collect();
    inputs.join("&")
}
