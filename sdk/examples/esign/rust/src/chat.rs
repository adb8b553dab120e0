//! Chat: the envelopes of an account that wait for signatures.

use std::collections::BTreeMap;

use insight_sdk::{CallContext, Card, CardContent, Chat, ChatAnswer, ChatRequest, Failure, Parameter, Skill};

use crate::TailspinSign;
use crate::backend::envelopes_by_name;
use crate::envelope::{Envelope, open};
use crate::texts::Texts;

impl Chat for TailspinSign {
    fn skills() -> Vec<Skill> {
        let account = Parameter::text("accountName", "Name of the account, such as Fourth Coffee").required();
        let purpose = "Finds the agreements of an account that wait for signatures, who has still to sign, and when they \
                       expire.";
        vec![Skill::new("pending-signatures", "Chat about pending signatures", purpose).parameter(account)]
    }

    fn answer(context: CallContext, request: ChatRequest) -> Result<ChatAnswer, Failure> {
        let texts = Texts::of(&context);
        let account = request.text("accountName").unwrap_or_default();
        let answer = match envelopes_by_name(&context, account) {
            Err(Failure::RecordNotFound) => ChatAnswer::new([]).text(texts.unknown(account)),
            envelopes => {
                let open = open(envelopes?);
                ChatAnswer::new(open.iter().map(|envelope| card(envelope, &texts)))
                    .text(texts.pending(account, &open))
                    .json(&BTreeMap::from([("envelopes", &open)]))
            }
        };
        Ok(answer.in_language(texts.locale.language()))
    }
}

fn card(envelope: &Envelope, texts: &Texts) -> Card {
    let content = CardContent::default()
        .fact(texts.waiting_for_name(), envelope.missing().join(", "))
        .fact(texts.expires_name(), texts.expiry(envelope))
        .fact(texts.value_name(), texts.value(envelope));
    Card::new(&envelope.subject, content)
        .subtitle(texts.progress(envelope))
        .url(&envelope.url)
        .url_label(texts.of_both("Open envelope", "Umschlag öffnen"))
}
