//! `insight-host call`: sends one request to one component, without a server.

use std::path::PathBuf;
use std::{fs, io};

use bytesize::ByteSize;
use clap::builder::NonEmptyStringValueParser;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::CliError;
use super::one::{One, OneSettings, wait_for};
use crate::cli::output::{errln, outln};
use contract::{
    Ask, Caller, Capability, ChatQuestion, InputRepairs, InvalidRequest, Method, OPERATIONS, Operation, Printable,
    Reply, Request, User,
};
use engine::CallEnd;
use net::telemetry;

/// An error in the parameters of `call`.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// More than one argument is not a parameter.
    #[error("one skill at a time; parameters are --name value")]
    SeveralSkills,
    /// The last parameter lacks its value.
    #[error("`--{0}` needs a value")]
    NoValue(String),
    /// An option of the command stands among the parameters of the request.
    #[error("`--{0}` must come before FILE")]
    AfterFile(String),
    /// A parameter is not one of the request's. A server ignores it, and the author would not know.
    #[error("`--{name}` is no parameter of {of}; its parameters are {known}")]
    UnknownParameter { name: String, of: String, known: String },
    /// The body cannot be read.
    #[error("failed to read the body from {path}: {error}")]
    ReadBody { path: String, error: io::Error },
    /// A parameter is missing, or its value is not valid.
    #[error(transparent)]
    Request(#[from] InvalidRequest),
    /// The capability takes no body.
    #[error("{0} takes no body")]
    BodyUnwanted(String),
    /// The capability takes a body only.
    #[error("{0} takes a JSON body: --body FILE")]
    BodyMissing(String),
    /// The name is not that of a capability.
    #[error(
        "`{}` is no capability; the capabilities are record-summary, record-details, key-sales-info, email-summary, \
         email-draft and chat",
        Printable(.0)
    )]
    UnknownCapability(String),
    /// The component does not provide the capability.
    #[error("this component does not answer {missing}; it answers {provided}")]
    NotProvided { missing: Capability, provided: String },
    /// The component has no skills.
    #[error("this component has no chat skills")]
    NoSkills,
    /// The name of the skill is missing.
    #[error("name a skill of this component: {0}")]
    SkillMissing(String),
    /// The name is not that of a skill of the component.
    #[error("this component has no skill `{}`; it has {known}", Printable(name))]
    UnknownSkill { name: String, known: String },
}

/// Call a component once
///
/// Prints the answer that a caller would receive, and on standard error the fuel, time and memory of
/// the call. Parameters are those of the route, in kebab case: `--record-type` is `recordType`. Email
/// draft and the second version of email summary take a body.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  insight-host call contoso-hub.wasm record-summary --record-type opportunity --record-id 42 --top 3
  insight-host call contoso-hub.wasm email-summary --email-contacts kenny@contoso.example
  insight-host call contoso-hub.wasm email-draft --body thread.json
  insight-host call contoso-hub.wasm chat key-stakeholders --account-name 'Fourth Coffee'
  insight-host call --config host.toml --tenant contoso --user kenny hub.wasm record-details \\
      --record-type account --record-id 42")]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: OneSettings,
    /// Tenant of the caller, in place of a token; needs --user
    #[arg(long, value_name = "ID", requires = "user", value_parser = NonEmptyStringValueParser::new())]
    tenant: Option<String>,
    /// User id of the caller, in place of a token; needs --tenant
    #[arg(long, value_name = "ID", requires = "tenant", value_parser = NonEmptyStringValueParser::new())]
    user: Option<String>,
    /// Sign-in name of the caller; needs --user
    #[arg(long, value_name = "NAME", requires = "user", value_parser = NonEmptyStringValueParser::new())]
    user_name: Option<String>,
    /// Component file; settings in the .toml file beside it apply
    #[arg(value_name = "FILE")]
    component: PathBuf,
    /// Capability to call: record-summary, record-details, key-sales-info, email-summary, email-draft or chat SKILL
    #[arg(value_name = "CAPABILITY")]
    capability: String,
    /// Parameters as --name value; --body FILE for a JSON body; --accept-language LIST
    #[arg(value_name = "PARAMETERS", trailing_var_arg = true, allow_hyphen_values = true)]
    parameters: Vec<String>,
}

pub(super) fn run(arguments: Arguments) -> Result<(), CliError> {
    let config = arguments.settings.read(&arguments.component)?;
    let caller = arguments
        .tenant
        .zip(arguments.user)
        .map(|(tenant_id, user_id)| Caller::User(User { tenant_id, user_id, user_name: arguments.user_name.clone() }));
    let _log = telemetry::log_to_stderr("warn,guest=debug,insight_host::dispatch=off")?;
    let given = CallArguments::parse(arguments.parameters)?;
    wait_for(async {
        let one = One::load(&arguments.component, config).await?;
        let mut repairs = InputRepairs::default();
        let ask = given.ask(&arguments.capability, &one, &mut repairs)?;
        if !repairs.is_empty() {
            errln!("request repaired: {repairs}");
        }
        check_provided(&ask, &one)?;
        let ended = one.ask(ask, given.accept_language.as_deref(), caller).await;
        tell_cost(&ended);
        match ended.result {
            Ok(reply) => {
                print(&reply);
                Ok(())
            }
            Err(failure) => Err(CliError::NoAnswer(failure)),
        }
    })
}

/// The parameters of the request.
#[derive(Default)]
struct CallArguments {
    skill: Option<String>,
    /// The query, percent-encoded.
    query: String,
    /// The names in the query, as they are written.
    names: Vec<String>,
    body: Option<Vec<u8>>,
    accept_language: Option<String>,
}

impl CallArguments {
    fn parse(words: Vec<String>) -> Result<Self, CallError> {
        let mut given = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix("--") else {
                if given.skill.replace(word).is_some() {
                    return Err(CallError::SeveralSkills);
                }
                continue;
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (name.to_owned(), words.next()),
            };
            let value = value.ok_or_else(|| CallError::NoValue(name.clone()))?;
            match name.as_str() {
                "accept-language" => given.accept_language = Some(value),
                "body" => given.body = Some(read(&value)?),
                // Taken as a parameter it would be ignored, and the call would silently lack a grant or the tenant.
                "config" | "dev-settings" | "tenant" | "user" | "user-name" => return Err(CallError::AfterFile(name)),
                _ => given.add(&name, &value),
            }
        }
        Ok(given)
    }

    /// Adds a parameter to the query. Names of the route have no hyphens and match in any letter case.
    fn add(&mut self, name: &str, value: &str) {
        self.names.push(name.to_owned());
        if !self.query.is_empty() {
            self.query.push('&');
        }
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        self.query.push_str(&encode(&name.replace('-', "")));
        self.query.push('=');
        self.query.push_str(&encode(value));
    }

    fn ask(&self, capability: &str, one: &One, repairs: &mut InputRepairs) -> Result<Ask, CallError> {
        if capability == "chat" {
            let named = self.skill.as_deref().and_then(|name| one.plugin().skill(name));
            let skill = named.ok_or_else(|| self.no_skill(one))?;
            self.check_names(&skill.name, skill.parameters.iter().map(|parameter| &*parameter.name))?;
            let question = match &self.body {
                Some(body) => ChatQuestion::from_body(skill, body, repairs),
                None => ChatQuestion::from_query(skill, Some(&self.query), repairs),
            };
            return Ok(Ask::Chat(question?));
        }
        let operation = self.operation(capability)?;
        self.check_names(capability, operation.inputs.iter().map(|parameter| parameter.name))?;
        let request = match (&self.body, operation.method) {
            (Some(body), Method::Post) => Request::from_body(operation, body, repairs),
            (None, Method::Get) => Request::from_query(operation, Some(&self.query), repairs),
            (Some(_), Method::Get) => return Err(CallError::BodyUnwanted(capability.to_owned())),
            (None, Method::Post) => return Err(CallError::BodyMissing(capability.to_owned())),
        };
        Ok(Ask::Page(Box::new(request?)))
    }

    /// Rejects names that are none of `known`, the parameters of a capability or skill.
    fn check_names<'a>(&self, of: &str, known: impl Iterator<Item = &'a str> + Clone) -> Result<(), CallError> {
        let is_known = |name: &&String| known.clone().any(|it| it.eq_ignore_ascii_case(&name.replace('-', "")));
        let Some(name) = self.names.iter().find(|name| !is_known(name)) else { return Ok(()) };
        let known: Vec<String> = known.map(|name| format!("--{}", kebab(name))).collect();
        let (name, of) = (Printable(name).to_string(), of.to_owned());
        Err(CallError::UnknownParameter { name, of, known: known.join(" ") })
    }

    fn no_skill(&self, one: &One) -> CallError {
        let names: Vec<&str> = one.plugin().skills().iter().map(|skill| skill.name.as_str()).collect();
        let known = names.join(", ");
        match &self.skill {
            _ if names.is_empty() => CallError::NoSkills,
            Some(name) => CallError::UnknownSkill { name: name.clone(), known },
            None => CallError::SkillMissing(known),
        }
    }

    /// Returns the operation of a capability. Email summary has two; the second takes a body.
    fn operation(&self, capability: &str) -> Result<&'static Operation, CallError> {
        let of_capability = || OPERATIONS.into_iter().filter(|operation| operation.capability.name() == capability);
        let wanted = if self.body.is_some() { Method::Post } else { Method::Get };
        let fits = of_capability().find(|operation| operation.method == wanted);
        fits.or_else(|| of_capability().next()).ok_or_else(|| CallError::UnknownCapability(capability.to_owned()))
    }
}

/// Rejects a capability that the component does not provide, and names those that it does.
fn check_provided(ask: &Ask, one: &One) -> Result<(), CallError> {
    let provided = one.plugin().capabilities();
    if provided.contains(&ask.capability()) {
        return Ok(());
    }
    let names: Vec<&str> = provided.iter().map(|capability| capability.name()).collect();
    Err(CallError::NotProvided { missing: ask.capability(), provided: names.join(", ") })
}

/// Returns the form in which a parameter of the route is written here, such as `record-type` for `recordType`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// Reads a file, or standard input for `-`.
fn read(path: &str) -> Result<Vec<u8>, CallError> {
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::stdin(), &mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    bytes.map_err(|error| CallError::ReadBody { path: path.to_owned(), error })
}

fn print(reply: &Reply) {
    let text = match reply {
        Reply::Page(page) => serde_json::to_string_pretty(page),
        Reply::Chat(chat) => {
            // A connector's action has no place for them.
            if let Some(text) = &chat.text {
                errln!("text: {}", Printable(text));
            }
            if let Some(data) = &chat.data {
                errln!("data: {}", serde_json::to_string(data).expect("JSON serialises"));
            }
            serde_json::to_string_pretty(chat)
        }
    };
    outln!("{}", text.expect("texts, numbers and maps of texts serialise"));
}

fn tell_cost(ended: &CallEnd) {
    let spent = ended.spent;
    let memory = ByteSize::b(spent.memory as u64);
    errln!("fuel {} · time {:.1} ms · memory {memory}", spent.fuel, spent.time.as_secs_f64() * 1e3);
    if !ended.repairs.is_empty() {
        errln!("repaired: {}", ended.repairs);
    }
    for warning in &ended.repairs.warnings {
        errln!("warning: {warning}");
    }
}
