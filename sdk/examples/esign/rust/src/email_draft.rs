//! Email draft: links to the envelopes that wait for signatures.

use insight_sdk::{CallContext, ContentKind, ContentLink, ContentLinkRequest, EmailDraft, Failure, Page};

use crate::TailspinSign;
use crate::backend::envelopes_of;
use crate::envelope::open;
use crate::texts::Texts;

impl EmailDraft for TailspinSign {
    fn answer(context: CallContext, request: ContentLinkRequest) -> Result<Page<ContentLink>, Failure> {
        let texts = Texts::of(&context);
        let envelopes = match &request.about {
            Some(record) => envelopes_of(&context, record)?,
            None => Vec::new(),
        };
        let page = request.page(open(envelopes)).map(|envelope| {
            let still_to_sign = texts.still_to_sign(&envelope);
            ContentLink::new(ContentKind::WebPage, envelope.url, envelope.subject, still_to_sign)
        });
        Ok(page.in_language(texts.locale.language()))
    }
}
