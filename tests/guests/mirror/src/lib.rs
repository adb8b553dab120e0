//! A guest that answers with what it is given: cards with the texts of its settings, and the identifiers of a draft's
//! thread.

use insight_sdk::{
    CallContext, Card, CardBody, CardContent, Chat, ChatAnswer, ChatRequest, ContentKind, ContentLink,
    ContentLinkRequest, Conversation, EmailDraft, Failure, Page, Skill, config,
};

/// The plugin.
struct Mirror;

insight_sdk::export!(Mirror: Chat, EmailDraft);

impl Chat for Mirror {
    fn skills() -> Vec<Skill> {
        let description = config::get("description").unwrap_or_else(|| "Shows what it is given".into());
        vec![
            Skill::new("card", "Shows an Adaptive Card", &description),
            Skill::new("content", "Shows content that the host lays out", &description),
        ]
    }

    /// Answers with an Adaptive Card of `bytes` bytes or with `text`, by the skill that is asked; also in `words` and as
    /// `data`, if the settings state these.
    fn answer(_: CallContext, request: ChatRequest) -> Result<ChatAnswer, Failure> {
        let text = config::get("text").unwrap_or_else(|| "Kenny signs.".into());
        let bytes = config::get("bytes").and_then(|bytes| bytes.parse().ok()).unwrap_or_default();
        let body = match request.skill.as_str() {
            "card" => CardBody::AdaptiveCard(card(&text, bytes)),
            _ => CardBody::Content(CardContent { text: Some(text), ..CardContent::default() }),
        };
        let mut answer = ChatAnswer::new([Card::new("Fourth Coffee", body)]);
        if let Some(words) = config::get("words") {
            answer = answer.text(words);
        }
        if let Some(data) = config::get("data") {
            answer = answer.data(data);
        }
        Ok(answer)
    }
}

/// A card that shows a text, filled up to at least so many bytes.
fn card(text: &str, bytes: usize) -> String {
    let block = format!(r#"{{"type":"TextBlock","text":"{text}","wrap":true}}"#);
    let filling = "a".repeat(bytes.saturating_sub(block.len()));
    format!(r#"{{"type":"AdaptiveCard","version":"1.5","speak":"{filling}","body":[{block}]}}"#)
}

impl EmailDraft for Mirror {
    /// Answers with a link whose description names the thread.
    fn answer(_: CallContext, request: ContentLinkRequest) -> Result<Page<ContentLink>, Failure> {
        let id = |id: &Option<String>| id.clone().unwrap_or_else(|| "none".into());
        let said = match &request.conversation {
            Conversation::Email(thread) => {
                format!("message {}, conversation {}", id(&thread.message_id), id(&thread.conversation_id))
            }
            Conversation::Other(raw) => format!(
                "{} {}, message {}, conversation {}",
                raw.kind,
                raw.json,
                id(&request.message_id),
                id(&request.conversation_id)
            ),
        };
        let link = ContentLink::new(ContentKind::WebPage, "https://hub.contoso.example/1", "Thread", said);
        Ok(request.page([link]))
    }
}
