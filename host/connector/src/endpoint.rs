//! The operations of a host, as the one list that both dialects are written from. It is made from the contract's table
//! and the plugins' skills.

use std::collections::BTreeMap;

use super::offer::{Offer, Provider};
use super::operation_ids::{OperationIds, comparable_id};
use super::words;
use contract::operation::{EMAIL_SUMMARY, EMAIL_SUMMARY_V2};
use contract::{Kind, Method, OPERATIONS, Operation, Parameter, ParameterKind, Skill};

/// The path after `/api/` of the operation by which Power Platform tests a connection.
pub const TEST_CONNECTION: &str = "test-connection";

/// The versions of email summary that a definition holds. The agent matches on descriptions, and both have the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmailSummaries {
    /// The first, by participants and one record.
    First,
    /// The second, by the thread itself.
    #[default]
    Second,
    /// Both, for readers that tell operations apart by their paths.
    Both,
}

/// A conflict of two operations that would have the same id, compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{one} and {other} both make the operation `{id}`; rename one of the skills or components")]
pub struct Collision {
    id: String,
    one: String,
    other: String,
}

impl Collision {
    /// Creates the conflict of `one` and `other` about `id`.
    pub(super) const fn new(id: String, one: String, other: String) -> Self {
        Self { id, one, other }
    }
}

/// One operation of a definition.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) path: String,
    /// A short title, for people.
    pub(super) summary: String,
    /// The text that the agent matches on.
    pub(super) description: String,
    pub(super) inputs: Vec<EndpointInput>,
    pub(super) answer: EndpointAnswer,
    /// Its origin, for error texts.
    source: String,
}

/// An input of an operation.
#[derive(Debug)]
pub(super) struct EndpointInput {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) required: bool,
    pub(super) kind: InputKind,
}

/// The type of an input, by the contract's table or by a skill.
#[derive(Clone, Debug)]
pub(super) enum InputKind {
    Table(Kind),
    Skill(ParameterKind),
    /// One of these texts.
    Choice(Vec<String>),
}

/// The successful answer of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum EndpointAnswer {
    /// A page of this operation's items.
    Page(&'static Operation),
    /// Cards.
    Chat,
    /// A confirmation that the connection works.
    Connected,
}

/// Builds the list of all operations, each with an id of its own.
pub(super) fn endpoints(offer: &Offer, emails: EmailSummaries, ids: OperationIds) -> Result<Vec<Endpoint>, Collision> {
    let operations = OPERATIONS.iter().copied();
    let operations = operations.filter(|operation| offer.answers(operation.capability) && emails.hold(operation));
    let prefix = offer.prefix();
    let mut endpoints: Vec<Endpoint> = operations.map(|operation| of_operation(operation, &prefix, ids)).collect();
    for provider in &offer.providers {
        for skill in &provider.skills {
            endpoints.push(of_skill(provider, skill, Method::Get, ids));
            // Power Platform shows each operation as an action, and one action per skill is enough.
            if emails == EmailSummaries::Both {
                endpoints.push(of_skill(provider, skill, Method::Post, ids));
            }
        }
    }
    endpoints.push(test_connection(&prefix, ids));
    unless_two_share_an_id(endpoints)
}

impl EmailSummaries {
    fn hold(self, operation: &Operation) -> bool {
        match self {
            Self::First => operation.id != EMAIL_SUMMARY_V2.id,
            Self::Second => operation.id != EMAIL_SUMMARY.id,
            Self::Both => true,
        }
    }
}

impl Endpoint {
    /// Returns its HTTP method, as definitions write it.
    pub(super) fn verb(&self) -> &'static str {
        match self.method {
            Method::Get => "get",
            Method::Post => "post",
        }
    }
}

fn of_operation(operation: &'static Operation, prefix: &str, ids: OperationIds) -> Endpoint {
    Endpoint {
        id: ids.of(operation).to_owned(),
        method: operation.method,
        path: format!("{prefix}/{}", operation.path),
        summary: operation.summary.to_owned(),
        description: operation.description.to_owned(),
        inputs: operation.inputs.iter().map(EndpointInput::from).collect(),
        answer: EndpointAnswer::Page(operation),
        source: format!("the capability {}", operation.capability),
    }
}

fn of_skill(provider: &Provider, skill: &Skill, method: Method, ids: OperationIds) -> Endpoint {
    let inputs = skill.parameters.iter().map(|parameter| EndpointInput {
        name: parameter.name.clone(),
        description: words::sentence(&parameter.description),
        required: parameter.required,
        kind: match parameter.kind {
            ParameterKind::Choice => InputKind::Choice(parameter.choices.clone()),
            kind => InputKind::Skill(kind),
        },
    });
    Endpoint {
        id: ids.of_skill(&provider.id, &skill.name, method),
        method,
        path: format!("/api/providers/{}/chat/{}", provider.id, skill.name),
        summary: words::summary(&skill.title),
        description: words::sentence(&skill.description),
        inputs: inputs.collect(),
        answer: EndpointAnswer::Chat,
        source: format!("the skill `{}` of {}", skill.name, provider.id),
    }
}

fn test_connection(prefix: &str, ids: OperationIds) -> Endpoint {
    Endpoint {
        id: ids.of_connection_test().to_owned(),
        method: Method::Get,
        path: format!("{prefix}/{TEST_CONNECTION}"),
        summary: "Test the connection".to_owned(),
        description: "Checks that the caller is authenticated.".to_owned(),
        inputs: Vec::new(),
        answer: EndpointAnswer::Connected,
        source: "the connection test".to_owned(),
    }
}

fn unless_two_share_an_id(endpoints: Vec<Endpoint>) -> Result<Vec<Endpoint>, Collision> {
    let mut sources: BTreeMap<String, &str> = BTreeMap::new();
    for endpoint in &endpoints {
        if let Some(one) = sources.insert(comparable_id(&endpoint.id), &endpoint.source) {
            let (id, one, other) = (endpoint.id.clone(), one.to_owned(), endpoint.source.clone());
            return Err(Collision { id, one, other });
        }
    }
    Ok(endpoints)
}

impl From<&Parameter> for EndpointInput {
    fn from(parameter: &Parameter) -> Self {
        Self {
            name: parameter.name.to_owned(),
            description: parameter.description.to_owned(),
            required: parameter.required,
            kind: InputKind::Table(parameter.kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::tests::{offer, provider};

    fn ids(offer: &Offer, emails: EmailSummaries) -> Vec<String> {
        endpoints(offer, emails, OperationIds::default())
            .expect("no two share an id")
            .into_iter()
            .map(|endpoint| endpoint.id)
            .collect()
    }

    #[test]
    fn only_what_somebody_answers_is_there() {
        let hub = provider("hub", &["record-summary", "email-summary"], &["who-decides"]);

        let ids = ids(&offer(&[hub]), EmailSummaries::Second);

        assert_eq!(ids, ["scp-get-related-activities", "scp-get-email-insights-v2", "HubWhoDecides", "TestConnection"]);
    }

    #[test]
    fn a_definition_holds_the_version_of_email_summary_that_is_wanted() {
        let hub = offer(&[provider("hub", &["email-summary"], &[])]);

        assert!(ids(&hub, EmailSummaries::First).contains(&"scp-get-email-insights".to_owned()));
        assert_eq!(ids(&hub, EmailSummaries::First).len(), 2);
        assert_eq!(ids(&hub, EmailSummaries::Both).len(), 3);
    }

    #[test]
    fn one_provider_alone_has_routes_of_its_own() {
        let hub = Offer { is_alone: true, ..offer(&[provider("hub", &["record-summary"], &["who"])]) };

        let endpoints = endpoints(&hub, EmailSummaries::Second, OperationIds::default()).expect("no two share an id");
        let paths: Vec<_> = endpoints.iter().map(|endpoint| endpoint.path.as_str()).collect();

        assert_eq!(
            paths,
            ["/api/providers/hub/record-summary", "/api/providers/hub/chat/who", "/api/providers/hub/test-connection"]
        );
    }

    #[test]
    fn two_skills_that_make_one_id_are_both_named() {
        let one = provider("contoso", &[], &["hub-who"]);
        let other = provider("contoso-hub", &[], &["who"]);

        let both = offer(&[one, other]);

        for (ids, id) in [(OperationIds::Observed, "`ContosoHubWho`"), (OperationIds::Former, "`contoso-hub-who`")] {
            let error = endpoints(&both, EmailSummaries::Second, ids).expect_err("they collide").to_string();

            assert!(error.contains("`hub-who` of contoso and") && error.contains("`who` of contoso-hub"), "{error}");
            assert!(error.contains(id), "{error}");
        }
    }

    #[test]
    fn ids_that_differ_in_case_alone_collide() {
        let two = provider("contoso", &[], &["keycard", "key-card"]);

        let error = endpoints(&offer(&[two]), EmailSummaries::Second, OperationIds::default());

        assert!(error.is_err());
    }

    #[test]
    fn a_definition_keeps_the_former_ids_if_its_maker_wants_them() {
        let hub = offer(&[provider("hub", &["key-sales-info", "email-draft"], &["who"])]);

        let endpoints = endpoints(&hub, EmailSummaries::Second, OperationIds::Former).expect("no two share an id");
        let ids: Vec<_> = endpoints.iter().map(|endpoint| endpoint.id.as_str()).collect();

        assert_eq!(ids, ["scp-get-key-sales", "scp-get-email-draft", "hub-who", "test-connection"]);
    }
}
