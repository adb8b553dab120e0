//! Tests of inputs that are odd, and do not cost the answer.

use super::*;
use crate::InputRepair::{
    self, ByteOrderMark, Converted, EntryLeftOut, Ignored, ListCut, LoneSurrogate, NotUtf8, Trimmed,
};

/// The repairs that occurred, without their numbers.
fn kinds(repairs: &InputRepairs) -> Vec<InputRepair> {
    repairs.counts().map(|(repair, _)| repair).collect()
}

/// The thread of a question about an email, whose `resourceData` has these members.
fn thread(members: &str) -> (EmailThread, InputRepairs) {
    let (request, repairs) =
        post_repaired(&EMAIL_SUMMARY_V2, format!(r#"{{"resourceData":{{{members}}}}}"#).as_bytes());
    let Question::EmailSummary(EmailQuestion { thread, .. }) = request.question else { panic!("it was asked") };
    (thread.expect("the second version has a thread"), repairs)
}

#[test]
fn half_an_emoji_becomes_one_character_wherever_it_stands() {
    for (members, subject) in [
        (r#""subject":"Re: offer \ud83d""#, "Re: offer \u{fffd}"),
        (r#""subject":"\ude00 cut""#, "\u{fffd} cut"),
        (r#""subject":"whole \ud83d\ude00","unknown":{"x":["\ud83d"]}"#, "whole 😀"),
        (r#""subject":"x","\ud83d":1"#, "x"),
    ] {
        let (thread, repairs) = thread(members);

        assert_eq!(thread.subject.as_deref(), Some(subject), "{members}");
        assert_eq!(kinds(&repairs), [LoneSurrogate], "{members}");
    }
}

#[test]
fn bytes_before_and_within_a_body_do_not_cost_it() {
    let (_, repairs) = post_repaired(&EMAIL_SUMMARY_V2, b"\xef\xbb\xbf{\"resourceData\":{}}");
    assert_eq!(kinds(&repairs), [ByteOrderMark]);

    let body = b"{\"resourceData\":{\"subject\":\"cut \xf0\x9f\x98\"}}";
    let (request, repairs) = post_repaired(&EMAIL_SUMMARY_V2, body);
    let Question::EmailSummary(question) = request.question else { panic!("it was asked") };
    assert_eq!(question.thread.and_then(|thread| thread.subject).as_deref(), Some("cut \u{fffd}"));
    assert_eq!(kinds(&repairs), [NotUtf8]);
}

#[test]
fn white_space_around_a_value_is_no_part_of_it() {
    let (thread, repairs) = thread(
        r#""from":"\tkenny@contoso.com ","to":["\ta@x.example\r\n"],"cc":" b@x.example\t","messageId":"\ufeffAAMk "
          ,"sentDateTime":" 2026-05-12T08:30:00Z\n""#,
    );

    assert_eq!(thread.sender.as_deref(), Some("kenny@contoso.com"));
    assert_eq!((thread.to, thread.cc), (vec!["a@x.example".to_owned()], vec!["b@x.example".to_owned()]));
    assert_eq!(thread.message_id.as_deref(), Some("AAMk"));
    assert!(thread.sent_at.is_some());
    assert_eq!(kinds(&repairs), [Trimmed, Converted]);

    let (request, _) = ask_repaired(
        &EMAIL_SUMMARY,
        "emailContacts=%09kenny@contoso.com%20;logan@contoso.com%0D%0A&crmOrgUrl=%09https://contoso.crm.dynamics.com",
    );
    assert_eq!(request.crm.host.as_deref(), Some("contoso.crm.dynamics.com"));
    let Question::EmailSummary(question) = request.question else { panic!("it was asked") };
    assert_eq!(question.participants, ["kenny@contoso.com", "logan@contoso.com"]);
}

#[test]
fn an_optional_member_that_cannot_be_read_counts_as_absent() {
    for member in [
        r#""sentDateTime":"yesterday""#,
        r#""sentDateTime":1715502600"#,
        r#""sentDateTime":["2026-05-12T08:30:00Z"]"#,
        r#""from":"a\u0000b""#,
        r#""from":{"address":"kenny@contoso.com"}"#,
        r#""subject":false"#,
        r#""plaintextBody":[]"#,
        r#""to":true"#,
        r#""bcc":{}"#,
        r#""conversationId":{}"#,
        &format!(r#""messageId":"{}""#, "x".repeat(5_000)),
    ] {
        let (thread, repairs) = thread(member);

        assert_eq!(thread, EmailThread::default(), "{member}");
        assert_eq!(kinds(&repairs), [Ignored], "{member}");
    }
    for parameters in [
        "startDateTime=yesterday",
        "startDateTime=2026-02-30T00:00:00Z&endDateTime=%zz",
        "endDateTime=2026-05-12",
        &format!("crmType={}", "x".repeat(5_000)),
        "crmType=%ff",
        "crmType=a%00b",
    ] {
        let (request, repairs) = ask_repaired(&RECORD_SUMMARY, &format!("{RECORD}&{parameters}"));

        let Question::RecordSummary(question) = request.question else { panic!("it was asked") };
        assert_eq!((question.since, question.until, request.crm), (None, None, Crm::default()), "{parameters}");
        assert_eq!(kinds(&repairs), [Ignored], "{parameters}");
    }
    let odd = r#"{"resourceData":{},"resourceType":"x","inputPrompt":{},"recordType":[],"recordId":"1","crmType":7.5}"#;
    let Question::EmailDraft(draft) = post(&EMAIL_DRAFT, odd).question else { panic!("it was asked") };
    assert_eq!((draft.about, draft.prompt), (None, None));
}

#[test]
fn a_damaged_entry_costs_no_other() {
    let body = r#"{"resourceData": {"to": ["a@x.example", 1, {"address": "b"}, "c\u0001", null, "d@x.example"]},
        "relatedEntities": [{"entityType": "account"}, {"entityId": " ", "entityType": "account"}, 5, "x", [],
                            {"entityId": 42, "entityType": "Account", "entitySource": []}]}"#;

    let (request, repairs) = post_repaired(&EMAIL_SUMMARY_V2, body.as_bytes());

    let Question::EmailSummary(question) = request.question else { panic!("it was asked") };
    assert_eq!(question.participants, ["a@x.example", "1", "d@x.example"]);
    assert_eq!(question.about, [ThreadRecord { record: account("42"), connected: false }]);
    assert_eq!(repairs.counts().collect::<Vec<_>>(), [(Converted, 2), (Ignored, 1), (EntryLeftOut, 7)]);
    assert!(repairs.to_string().contains("`resourceData.to[2]` entry-left-out"), "{repairs}");

    let one = r#"{"resourceData": {}, "relatedEntities": {"entityId": "42", "entityType": "account"}}"#;
    let Question::EmailSummary(question) = post(&EMAIL_SUMMARY_V2, one).question else { panic!("it was asked") };
    assert_eq!(question.about.len(), 1);
}

#[test]
fn a_list_written_as_a_text_is_a_list() {
    for (to, expected) in [
        (r#""a@x.example""#, &["a@x.example"][..]),
        (r#""a@x.example; b@x.example,c+d@x.example;""#, &["a@x.example", "b@x.example", "c+d@x.example"]),
        (r#"" ; ""#, &[]),
        (r#""""#, &[]),
    ] {
        assert_eq!(thread(&format!(r#""to":{to}"#)).0.to, expected, "{to}");
    }
    let contacts = ask(&EMAIL_SUMMARY, "emailContacts=a@x.example;b@x.example%3B%20a%00,c@x.example");
    let Question::EmailSummary(question) = contacts.question else { panic!("it was asked") };
    assert_eq!(question.participants, ["a@x.example", "b@x.example", "c@x.example"]);
    assert_eq!(refusal(&EMAIL_SUMMARY, "emailContacts=%01;%00"), "`emailContacts` is missing");
}

#[test]
fn more_entries_than_a_list_may_have_are_left_out() {
    let (cut, repairs) = thread(&format!(r#""to":[{}"x"]"#, r#""x","#.repeat(1_500)));

    assert_eq!(cut.to.len(), 1_000);
    assert_eq!(kinds(&repairs), [ListCut]);

    let contacts = (0..1_500).fold(String::new(), |list, index| format!("{list}{index}@x.example,"));
    let Question::EmailSummary(question) = ask(&EMAIL_SUMMARY, &format!("emailContacts={contacts}")).question else {
        panic!("it was asked")
    };
    assert_eq!(question.participants.len(), 1_000);
}

#[test]
fn a_number_may_be_written_as_a_text_and_a_text_as_a_number() {
    let (request, repairs) = post_repaired(
        &EMAIL_DRAFT,
        br#"{"resourceData":{},"resourceType":"x","recordType":"account","recordId":42,"top":" 3 ","skip":"0"}"#,
    );

    assert_eq!(request.window, Window { top: 3, skip: 0 });
    let Question::EmailDraft(draft) = request.question else { panic!("it was asked") };
    assert_eq!(draft.about, Some(account("42")));
    assert_eq!(kinds(&repairs), [Trimmed, Converted]);
}

#[test]
fn identifiers_in_headers_stand_in_for_those_that_the_body_lacks() {
    let body = r#"{"resourceData":{"conversationId":"of-the-body"},"resourceType":"email-thread"}"#;
    let Question::EmailDraft(mut draft) = post(&EMAIL_DRAFT, body).question else { panic!("it was asked") };
    let mut repairs = InputRepairs::default();
    let header = |name: &'static str| Some(if name == HeaderIds::MESSAGE { &b" AAMk= "[..] } else { b"of-the-header" });

    draft.add_header_ids(HeaderIds::read(header, &mut repairs));

    let thread = draft.conversation.email().expect("it is an email thread");
    assert_eq!(thread.message_id.as_deref(), Some("AAMk="));
    assert_eq!(thread.conversation_id.as_deref(), Some("of-the-body"));
    assert_eq!(draft.header_ids.conversation_id.as_deref(), Some("of-the-header"));
    assert!(repairs.is_empty());

    let none = HeaderIds::read(|name| (name == HeaderIds::MESSAGE).then_some(&b"a\xff"[..]), &mut repairs);
    assert_eq!(none, HeaderIds::default());
    assert_eq!(repairs.to_string(), "1: `x-ms-message-id` ignored");
}
