//! Email draft: links to the files of contracts that suit a reply, the newest first.

use insight_sdk::{CallContext, ContentLink, ContentLinkRequest, EmailDraft, EmailThread, Failure, Page};

use crate::Hub;
use crate::contract::Contract;
use crate::language::Language;
use crate::subject::{Subject, check_connection, contracts_involving};

impl EmailDraft for Hub {
    fn answer(context: CallContext, request: ContentLinkRequest) -> Result<Page<ContentLink>, Failure> {
        check_connection(&context)?;
        let language = Language::of(&context);

        let page = match &request.about {
            Some(record) => request.page(Subject::find(record)?.contracts()),
            None => request.page(contracts_involving(&request.thread().map(addresses).unwrap_or_default())),
        };
        Ok(page.map(|contract| link(contract, language)).in_language(language.tag()))
    }
}

/// Links to the file of a contract.
fn link(contract: &Contract, language: Language) -> ContentLink {
    ContentLink::new(contract.file.clone(), contract.file_url(), contract.title, language.story(contract))
        .properties(language.details(contract))
}

/// Returns the addresses of a thread's participants.
fn addresses(thread: &EmailThread) -> Vec<&String> {
    thread.sender.iter().chain(&thread.to).chain(&thread.cc).chain(&thread.bcc).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::CAFE_A100;
    use insight_sdk::{ContentKind, Conversation, CrmRecord, testing};

    fn asked(request: ContentLinkRequest) -> Vec<ContentLink> {
        let answer = <Hub as EmailDraft>::answer(testing::context(), request);
        answer.expect("it is known").items
    }

    fn about_cafes() -> ContentLinkRequest {
        let about = CrmRecord::new("opportunity", CAFE_A100);
        ContentLinkRequest { top: 100, ..ContentLinkRequest::about(about) }
    }

    #[test]
    fn a_link_says_what_kind_of_file_it_leads_to() {
        let links = asked(about_cafes());

        let leads_to = |url: &str, kind| links.iter().any(|it| it.url == url && it.kind == kind);
        assert!(leads_to("https://hub.contoso.example/contract/ct-0001.pdf", ContentKind::Pdf));
        assert!(leads_to("https://hub.contoso.example/contract/ct-0002.docx", ContentKind::Word));
    }

    #[test]
    fn without_a_record_the_thread_tells_what_matters() {
        let thread = EmailThread {
            sender: Some("kenny@contoso.example".into()),
            cc: vec!["tony+legal@fourthcoffee.example".into()],
            ..testing::thread()
        };
        let conversation = Conversation::Email(thread);
        let request = ContentLinkRequest { conversation, about: None, top: 100, ..about_cafes() };

        let links = asked(request);

        assert!(links.iter().any(|link| link.title == "Fourth Coffee Service Terms"));
    }

    #[test]
    fn a_thread_between_strangers_wants_no_contract() {
        let request = ContentLinkRequest { about: None, ..about_cafes() };

        assert_eq!(asked(request), []);
    }
}
