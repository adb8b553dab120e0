//! Tests of requests as a whole.

use proptest::prelude::*;

mod repairs;

use super::*;
use crate::{
    CrmKind, CrmRecord, OPERATIONS,
    operation::{EMAIL_DRAFT, EMAIL_SUMMARY, EMAIL_SUMMARY_V2, RECORD_DETAILS, RECORD_SUMMARY},
};

const RECORD: &str = "recordType=account&recordId=42";

fn ask(operation: &'static Operation, query: &str) -> Request {
    ask_repaired(operation, query).0
}

fn ask_repaired(operation: &'static Operation, query: &str) -> (Request, InputRepairs) {
    let mut repairs = InputRepairs::default();
    let request = Request::from_query(operation, Some(query), &mut repairs).expect(query);
    (request, repairs)
}

fn refusal(operation: &'static Operation, query: &str) -> String {
    Request::from_query(operation, Some(query), &mut InputRepairs::default()).expect_err(query).to_string()
}

fn post(operation: &'static Operation, body: &str) -> Request {
    post_repaired(operation, body.as_bytes()).0
}

fn post_repaired(operation: &'static Operation, body: &[u8]) -> (Request, InputRepairs) {
    let mut repairs = InputRepairs::default();
    let request = Request::from_body(operation, body, &mut repairs);
    (request.unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(body))), repairs)
}

fn post_refusal(operation: &'static Operation, body: &str) -> String {
    Request::from_body(operation, body.as_bytes(), &mut InputRepairs::default()).expect_err(body).to_string()
}

fn account(record_id: &str) -> CrmRecord {
    CrmRecord { record_type: "account".to_owned(), record_id: record_id.to_owned() }
}

#[test]
fn a_full_query_is_understood_in_any_case() {
    let request = ask(
        &RECORD_SUMMARY,
        "RECORDTYPE=Account&recordid=a%2Fb+c&startDateTime=2026-05-12T08:30:00.5+02:00&EndDateTime=2026-05-12T08:30:00.5Z\
         &Top=200&SKIP=5&crmType=Dynamics+365&crmOrgUrl=https%3A%2F%2FContoso.crm.dynamics.com%2F&connectorId=9&x=%zz",
    );

    let Question::RecordSummary(question) = request.question else { panic!("the summary was asked") };
    assert_eq!(question.about, account("a/b c"));
    assert_eq!(question.since.map(|instant| instant.to_string()).as_deref(), Some("2026-05-12T06:30:00Z"));
    assert_eq!(question.until.map(|instant| instant.to_string()).as_deref(), Some("2026-05-12T08:30:01Z"));
    assert_eq!(request.window, Window { top: 100, skip: 5 });
    assert_eq!(request.crm.kind, Some(CrmKind::Dynamics365));
    assert_eq!(request.crm.host.as_deref(), Some("contoso.crm.dynamics.com"));
}

#[test]
fn what_is_optional_may_be_absent_or_empty() {
    let bare = ask(&RECORD_DETAILS, RECORD);
    let empty = ask(&RECORD_DETAILS, &format!("{RECORD}&top=&skip=+&crmType=&crmOrgUrl=%20&"));

    for request in [bare, empty] {
        assert_eq!(request.window, Window { top: 10, skip: 0 });
        assert_eq!(request.crm, Crm::default());
        assert_eq!(request.question, Question::RecordDetails(RecordQuestion { about: account("42") }));
    }
}

#[test]
fn a_bad_query_is_refused_naming_the_parameter() {
    for (query, message) in [
        ("", "`recordType` is missing"),
        ("recordType=account", "`recordId` is missing"),
        ("recordType=account&recordId=+", "`recordId` is missing"),
        ("recordType=account&recordId=1&RecordId=1", "`recordId` is given more than once"),
        ("recordType=account&recordId=%zz", "`recordId` is not valid percent-encoded UTF-8"),
        ("recordType=account&recordId=%ff", "`recordId` is not valid percent-encoded UTF-8"),
        ("recordType=account&recordId=a%00", "`recordId` holds control characters"),
        ("recordType=account&recordId=1&top=1.5", "`top` must be a whole number from 0 to 2147483647, not `1.5`"),
        ("recordType=account&recordId=1&skip=-1", "`skip` must be a whole number"),
        ("recordType=account&recordId=1&top=abc", "not `abc`"),
        ("recordType=account&recordId=1&top=%2B1", "not `+1`"),
        ("recordType=account&recordId=1&top=2147483648", "not `2147483648`"),
        (
            "recordType=account&recordId=1&crmOrgUrl=ftp://x",
            "`crmOrgUrl` must be a host name or an https URL, not `ftp://x`",
        ),
        ("recordType=account&recordId=1&crmOrgUrl=%zz", "`crmOrgUrl` is not valid percent-encoded UTF-8"),
        (
            "recordType=account&recordId=1&startDateTime=2026-05-12T08:30Z&endDateTime=2026-05-12T08:29Z",
            "`startDateTime` is later than `endDateTime`",
        ),
    ] {
        let error = refusal(&RECORD_SUMMARY, query);

        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn the_greatest_numbers_are_numbers() {
    let request = ask(&RECORD_SUMMARY, &format!("{RECORD}&top=2147483647&skip=2147483647"));

    assert_eq!(request.window, Window { top: 100, skip: 2_147_483_647 });
    assert!(request.window.is_beyond());
}

#[test]
fn a_message_never_echoes_much() {
    let error = refusal(&RECORD_SUMMARY, &format!("{RECORD}&crmOrgUrl={}", "%22x".repeat(1_000)));

    assert!(error.chars().count() < 200, "{error}");
}

#[test]
fn a_text_longer_than_any_identifier_is_refused() {
    let error = refusal(&RECORD_DETAILS, &format!("recordType=account&recordId={}", "x".repeat(4_097)));

    assert_eq!(error, "`recordId` is longer than 4096 characters");
}

#[test]
fn the_first_email_summary_lists_each_contact_once() {
    let request =
        ask(&EMAIL_SUMMARY, "emailContacts=kenny+crm@contoso.com,%20logan@contoso.com,,KENNY%2Bcrm@contoso.com&Top=1");

    let Question::EmailSummary(question) = request.question else { panic!("the email summary was asked") };
    assert_eq!(question.participants, ["kenny+crm@contoso.com", "logan@contoso.com"]);
    assert_eq!(question.about, []);
    assert_eq!(question.thread, None);
    assert_eq!(request.window.top, 1);
}

#[test]
fn contacts_that_name_nobody_are_missing() {
    assert_eq!(refusal(&EMAIL_SUMMARY, "emailContacts=%20,%20,"), "`emailContacts` is missing");
}

#[test]
fn half_a_record_is_none_where_it_is_optional() {
    for query in ["emailContacts=a@b.c&recordType=account", "emailContacts=a@b.c&recordId=1"] {
        let Question::EmailSummary(question) = ask(&EMAIL_SUMMARY, query).question else { panic!("it was asked") };

        assert_eq!(question.about, [], "{query}");
    }
}

#[test]
fn the_second_email_summary_gathers_who_takes_part() {
    let request = post(
        &EMAIL_SUMMARY_V2,
        r#"{"ResourceData": {"Subject": "Renewal\n", "From": "Kenny@contoso.com", "to": ["a@x.example", null, " "],
            "CC": ["kenny@CONTOSO.com", "b@x.example"], "bcc": null, "sentDateTime": "2026-05-12T08:30:00.9+00:00"},
            "relatedEntities": [null, {"EntityId": "1", "entityType": "Account", "entitySource": "Connected"},
                                {"entityId": "2", "entityType": "account", "entitySource": ""}],
            "crmType": "Salesforce", "top": 3.0, "skip": null, "x": {"a": 1}}"#,
    );

    let Question::EmailSummary(question) = request.question else { panic!("the email summary was asked") };
    let thread = question.thread.expect("the second version has a thread");
    assert_eq!(question.participants, ["Kenny@contoso.com", "a@x.example", "b@x.example"]);
    assert_eq!(thread.to, ["a@x.example"]);
    assert_eq!(thread.subject.as_deref(), Some("Renewal\n"));
    assert_eq!(thread.sent_at.map(|instant| instant.to_string()).as_deref(), Some("2026-05-12T08:30:00Z"));
    assert_eq!(
        question.about,
        [
            ThreadRecord { record: account("1"), connected: true },
            ThreadRecord { record: account("2"), connected: false },
        ]
    );
    assert_eq!(request.window, Window { top: 3, skip: 0 });
}

#[test]
fn an_email_draft_is_understood() {
    let request = post(
        &EMAIL_DRAFT,
        r#"{"resourceData": {}, "resourceType": "email-thread", "recordType": "Account", "recordId": "1",
            "inputPrompt": "Make a Proposal"}"#,
    );

    let Question::EmailDraft(question) = request.question else { panic!("the draft was asked") };
    assert_eq!(question.conversation, Conversation::Email(EmailThread::default()));
    assert_eq!(question.about, Some(account("1")));
    assert_eq!(question.prompt.as_deref(), Some("Make a Proposal"));
}

#[test]
fn a_draft_in_another_kind_of_conversation_keeps_what_the_agent_says_of_it() {
    let request = post(
        &EMAIL_DRAFT,
        r#"{"resourceType": "teams-chat", "resourceData": {"chatId": "19:x", "to": 7}, "inputPrompt": "Reply"}"#,
    );

    let Question::EmailDraft(question) = request.question else { panic!("the draft was asked") };
    let Conversation::Other(raw) = &question.conversation else { panic!("it is no email thread") };
    assert_eq!((&*raw.kind, &*raw.json), ("teams-chat", r#"{"chatId":"19:x","to":7}"#));
    assert_eq!(question.prompt.as_deref(), Some("Reply"));
}

#[test]
fn a_bad_body_is_refused_naming_the_parameter() {
    for (body, message) in [
        ("", "the body is not acceptable JSON"),
        ("[]", "the body is not acceptable JSON: it must be an object"),
        (r#"{"resourceData":{},}"#, "the body is not acceptable JSON"),
        (r#"{"x":1e999}"#, "the body is not acceptable JSON"),
        (r#"{"x":1,"x":1}"#, "the body is not acceptable JSON: `x` occurs twice"),
        ("{}", "`resourceData` is missing"),
        (r#"{"resourceData":null}"#, "`resourceData` is missing"),
        (r#"{"resourceData":"x"}"#, "`resourceData` must be an object"),
        (r#"{"resourceData":{},"ResourceData":{}}"#, "`resourceData` is given more than once"),
        (r#"{"resourceData":{"to":["a"],"To":["a"]}}"#, "`resourceData.to` is given more than once"),
        (r#"{"resourceData":{},"top":"ten"}"#, "`top` must be a whole number from 0 to 2147483647"),
        (r#"{"resourceData":{},"top":true}"#, "`top` must be a whole number from 0 to 2147483647"),
        (r#"{"resourceData":{},"top":1.5}"#, "not `1.5`"),
        (r#"{"resourceData":{},"skip":-1}"#, "not `-1`"),
        (r#"{"resourceData":{},"skip":"-1"}"#, "not `-1`"),
        (r#"{"resourceData":{},"skip":2147483648}"#, "not `2147483648`"),
        (r#"{"resourceData":{},"crmOrgUrl":"a b"}"#, "`crmOrgUrl` must be a host name or an https URL"),
    ] {
        let error = post_refusal(&EMAIL_SUMMARY_V2, body);

        assert!(error.contains(message), "{error}");
    }
    let no_type = post_refusal(&EMAIL_DRAFT, r#"{"resourceData":{},"resourceType":["email-thread"]}"#);
    assert_eq!(no_type, "`resourceType` must be a text");
}

#[test]
fn an_operation_of_the_other_method_is_refused_and_no_more() {
    assert_eq!(refusal(&EMAIL_SUMMARY_V2, "resourceData=x"), "`resourceData` must be an object");
}

fn any_operation() -> impl Strategy<Value = &'static Operation> {
    prop::sample::select(OPERATIONS.to_vec())
}

/// A query of names that occur, with any value.
fn any_query() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["recordType", "recordId", "TOP", "skip", "crmOrgUrl", "startDateTime", "x"]);
    let value = prop_oneof!["[0-9]{0,12}", "[ -~]{0,20}", any::<String>(), "(%[0-9a-f]{2}){0,6}"];
    prop::collection::vec((name, value).prop_map(|(name, value)| format!("{name}={value}")), 0..8)
        .prop_map(|pairs| pairs.join("&"))
}

proptest! {
    #[test]
    fn no_query_is_too_much(operation in any_operation(), query in any_query()) {
        if let Ok(request) = Request::from_query(operation, Some(&query), &mut InputRepairs::default()) {
            prop_assert!(request.window.top <= 100);
            prop_assert_eq!(request.question.capability(), operation.capability);
        }
    }

    #[test]
    fn no_body_is_too_much(operation in any_operation(), body in any::<Vec<u8>>()) {
        let _ = Request::from_body(operation, &body, &mut InputRepairs::default());
    }

    #[test]
    fn every_refusal_is_short_and_printable(operation in any_operation(), query in any_query()) {
        if let Err(error) = Request::from_query(operation, Some(&query), &mut InputRepairs::default()) {
            let message = error.to_string();
            prop_assert!(message.chars().count() < 200 && !message.contains(char::is_control), "{message}");
        }
    }
}
