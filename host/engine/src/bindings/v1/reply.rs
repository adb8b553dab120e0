//! Checks answers in the interface's types, and converts them to the contract's.

use super::exports::insight::provider as guest;
use super::insight::provider::insight_types::{self, Properties};
use crate::bindings::{Failure, brief};
use contract::{
    Card, CardBody, CardContent, CardDraft, CardSizes, ChatAnswer, CrmRecord, Insight, Operation, Outcome, Page,
    ParameterKind, Profile, Publisher, Repairs, Reply, Section, Skill, SkillParameter, Value, Window,
};

/// The inputs for checking the items of an answer.
pub(super) struct Items<'a> {
    pub(super) operation: &'static Operation,
    pub(super) window: Window,
    pub(super) partner: &'a str,
    pub(super) repairs: &'a mut Repairs,
}

type GuestAnswer<T> = Result<T, insight_types::Failure>;

/// The fields of one item by their public names; the table selects those of its operation.
type FieldValues<const N: usize> = [(&'static str, Option<Value>); N];

impl Items<'_> {
    pub(super) fn of_activities(
        self,
        answer: GuestAnswer<guest::record_summary::ActivityPage>,
    ) -> Result<Reply, Failure> {
        let page = answer?;
        self.page(page.items, page.has_more, page.language.as_deref(), |item, _| {
            [
                ("title", text(item.title)),
                ("description", text(item.description)),
                ("dateTime", text(item.date_time)),
                ("url", item.url.map(Value::Text)),
                ("additionalProperties", properties(item.properties)),
            ]
        })
    }

    pub(super) fn of_related_records(
        self,
        answer: GuestAnswer<guest::record_details::RelatedRecordPage>,
    ) -> Result<Reply, Failure> {
        let page = answer?;
        self.page(page.items, page.has_more, page.language.as_deref(), |item, _| {
            [
                ("recordId", text(item.record_id)),
                ("recordType", text(item.record_type)),
                ("recordTypeDisplayName", text(item.type_name)),
                ("recordTypePluralDisplayName", text(item.type_name_plural)),
                ("recordTitle", text(item.title)),
                ("url", item.url.map(Value::Text)),
                ("additionalProperties", properties(item.properties)),
            ]
        })
    }

    pub(super) fn of_highlights(
        self,
        answer: GuestAnswer<guest::key_sales_info::HighlightPage>,
    ) -> Result<Reply, Failure> {
        let page = answer?;
        self.page(page.items, page.has_more, page.language.as_deref(), |item, partner| {
            [
                ("title", title_or(item.title, partner)),
                ("description", text(item.description)),
                ("url", item.url.map(Value::Text)),
                ("dateTime", item.date_time.map(Value::Text)),
                ("additionalProperties", properties(item.properties)),
            ]
        })
    }

    pub(super) fn of_email_insights(
        self,
        answer: GuestAnswer<guest::email_summary::EmailInsightPage>,
    ) -> Result<Reply, Failure> {
        let page = answer?;
        // The first version of the operation returns title and description, the second the insight.
        let second = self.operation.outputs.iter().any(|field| field.name == "insight");
        self.page(page.items, page.has_more, page.language.as_deref(), move |item, partner| {
            let (description, insight) = if second { (None, text(item.text)) } else { (text(item.text), None) };
            [("title", title_or(item.title, partner)), ("description", description), ("insight", insight)]
        })
    }

    pub(super) fn of_content_links(
        self,
        answer: GuestAnswer<guest::email_draft::ContentLinkPage>,
    ) -> Result<Reply, Failure> {
        let page = answer?;
        self.page(page.items, page.has_more, page.language.as_deref(), |item, _| {
            [
                ("contentType", text(content_type(item.kind))),
                ("content", text(item.url)),
                ("contentTitle", text(item.title)),
                ("contentDescription", text(item.description)),
                ("contentIconUrl", item.icon_url.map(Value::Text)),
                ("additionalProperties", properties(item.properties)),
            ]
        })
    }

    /// Checks each item, up to the requested number.
    fn page<T, const N: usize>(
        self,
        items: Vec<T>,
        has_more: bool,
        language: Option<&str>,
        row: impl Fn(T, &str) -> FieldValues<N>,
    ) -> Result<Reply, Failure> {
        let Self { operation, window, partner, repairs } = self;
        let wanted = window.top as usize;
        let given = items.len();
        let kept: Vec<Insight> = items
            .into_iter()
            .take(wanted)
            .filter_map(|item| {
                let mut row = row(item, partner);
                let draft = operation.outputs.iter().map(|field| {
                    row.iter_mut().find(|(name, _)| *name == field.name).and_then(|(_, value)| value.take())
                });
                Insight::check(operation.outputs, draft.collect(), repairs)
            })
            .collect();
        let has_more = has_more || given > wanted;
        // An empty page leads to those before and after it, whose items may be valid.
        if kept.is_empty() && given > 0 && window.skip == 0 && !has_more {
            return Err(bad_answer(given, repairs));
        }
        repairs.leave_out_surplus(u32::try_from(given.saturating_sub(wanted)).unwrap_or(u32::MAX));
        let languages = repairs.answer_language(language).into_iter().collect();
        Ok(Reply::Page(Page { items: kept, has_more, languages }))
    }
}

/// The most cards of a chat answer.
const MOST_CARDS: usize = 50;

/// Checks the cards of a chat answer.
pub(super) fn chat(
    answer: GuestAnswer<guest::chat::ChatAnswer>,
    partner: &str,
    sizes: CardSizes,
    repairs: &mut Repairs,
) -> Result<Reply, Failure> {
    let answer = answer?;
    let given = answer.cards.len();
    let kept: Vec<Card> = answer
        .cards
        .into_iter()
        .take(MOST_CARDS)
        .filter_map(|card| Card::check(card.into(), partner, sizes, repairs))
        .collect();
    let text = ChatAnswer::check_text(answer.text, repairs);
    let data = ChatAnswer::check_data(answer.data.as_deref(), repairs);
    if kept.is_empty() && given > 0 && text.is_none() && data.is_none() {
        return Err(bad_answer(given, repairs));
    }
    repairs.leave_out_surplus(u32::try_from(given.saturating_sub(MOST_CARDS)).unwrap_or(u32::MAX));
    let languages = repairs.answer_language(answer.language.as_deref()).into_iter().collect();
    Ok(Reply::Chat(ChatAnswer { text, data, cards: kept, languages }))
}

/// Checks a plugin's description of itself.
pub(super) fn profile(profile: guest::about::Profile, repairs: &mut Repairs) -> Profile {
    let profile = Profile {
        title: profile.title,
        description: profile.description,
        version: profile.version,
        publisher: Publisher {
            name: profile.publisher.name,
            website: profile.publisher.website,
            privacy_policy: profile.publisher.privacy_policy,
            support_email: profile.publisher.support_email,
        },
        brand_color: profile.brand_color,
        icon: profile.icon,
        languages: profile.languages,
        categories: profile.categories,
        example: profile
            .example
            .map(|example| CrmRecord { record_type: example.record_type, record_id: example.record_id }),
        properties: pairs(profile.properties),
    };
    profile.check(repairs)
}

impl From<guest::chat::Skill> for Skill {
    fn from(skill: guest::chat::Skill) -> Self {
        let parameter = |parameter: guest::chat::Parameter| SkillParameter {
            name: parameter.name,
            description: parameter.description,
            kind: match parameter.kind {
                guest::chat::ParameterKind::Text => ParameterKind::Text,
                guest::chat::ParameterKind::Integer => ParameterKind::Integer,
                guest::chat::ParameterKind::Number => ParameterKind::Number,
                guest::chat::ParameterKind::Boolean => ParameterKind::Boolean,
                guest::chat::ParameterKind::Instant => ParameterKind::Instant,
                guest::chat::ParameterKind::Choice => ParameterKind::Choice,
            },
            required: parameter.required,
            choices: parameter.choices,
        };
        Self {
            name: skill.name,
            title: skill.title,
            description: skill.description,
            parameters: skill.parameters.into_iter().map(parameter).collect(),
        }
    }
}

impl From<guest::chat::Card> for CardDraft {
    fn from(card: guest::chat::Card) -> Self {
        let body = match card.body {
            guest::chat::CardBody::AdaptiveCard(card) => CardBody::AdaptiveCard(card),
            guest::chat::CardBody::Content(content) => CardBody::Content(CardContent {
                logo_url: content.logo_url,
                text: content.text,
                facts: pairs(content.facts),
                sections: content
                    .sections
                    .into_iter()
                    .map(|section| Section { title: section.title, bullets: section.bullets })
                    .collect(),
            }),
        };
        Self { title: card.title, subtitle: card.subtitle, url: card.url, url_label: card.url_label, body }
    }
}

impl From<insight_types::Failure> for Failure {
    fn from(failure: insight_types::Failure) -> Self {
        use insight_types::Failure as Said;

        let (outcome, detail, retry_after) = match failure {
            Said::RecordNotFound => (Outcome::RecordNotFound, String::new(), None),
            Said::InvalidCrmConnection => (Outcome::InvalidCrmConnection, String::new(), None),
            Said::NotPermitted => (Outcome::NotPermitted, String::new(), None),
            Said::SignInRequired => (Outcome::SignInRequired, String::new(), None),
            Said::Unavailable(detail) => (Outcome::BackendUnavailable, brief(detail), None),
            Said::Throttled(seconds) => (Outcome::Throttled, String::new(), seconds),
            Said::InvalidRequest(detail) => (Outcome::InvalidRequest, brief(detail), None),
            Said::Failed(detail) => (Outcome::Failed, brief(detail), None),
        };
        Self { outcome, detail, retry_after }
    }
}

/// Returns the failure of an answer without any valid item, which breaks the contract.
fn bad_answer(given: usize, repairs: &Repairs) -> Failure {
    let detail = format!("none of {given} items is valid: {repairs}");
    Failure { outcome: Outcome::BadAnswer, detail, retry_after: None }
}

fn content_type(kind: guest::email_draft::ContentKind) -> String {
    use guest::email_draft::ContentKind;

    let known = match kind {
        ContentKind::Other(other) => return other,
        ContentKind::File => "content-file",
        ContentKind::WebPage => "content-web",
        ContentKind::Word => "content-doc",
        ContentKind::Pdf => "content-pdf",
        ContentKind::Powerpoint => "content-pptx",
        ContentKind::Excel => "content-xlsx",
    };
    known.to_owned()
}

// Every field of a row is optional until the table selects the operation's fields.
#[expect(clippy::unnecessary_wraps, reason = "a field of a row")]
fn text(text: String) -> Option<Value> {
    Some(Value::Text(text))
}

fn title_or(title: Option<String>, partner: &str) -> Option<Value> {
    text(title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| partner.to_owned()))
}

fn properties(properties: Properties) -> Option<Value> {
    (!properties.is_empty()).then(|| Value::Properties(pairs(properties)))
}

fn pairs(properties: Properties) -> Vec<(String, String)> {
    properties.into_iter().map(|property| (property.name, property.value)).collect()
}

#[cfg(test)]
mod tests;
