//! Answers of the fake host.

use super::*;
use crate::key_value::StoreError;
use crate::secrets::SecretError;
use crate::{config, http_client, key_value, log, secrets, testing};

#[test]
fn nothing_is_granted_unless_a_test_says_so() {
    let refused = http_client::send(&HttpRequest::get("https://contoso.example"));

    assert_eq!(config::get("region"), None);
    assert_eq!(secrets::reveal("token"), Err(SecretError::Unknown));
    assert_eq!(key_value::get("token"), Err(StoreError::NotGranted));
    assert!(matches!(refused, Err(HttpError::NotGranted(_))));
}

#[test]
fn requests_are_answered_by_url_and_remembered() {
    let host = FakeHost::new().response("https://contoso.example/a", 200, "first").install();
    let urls = ["https://contoso.example/a", "https://contoso.example/b"];

    let outcomes = http_client::send_all(&urls.map(HttpRequest::get));

    assert_eq!(outcomes[0].as_ref().expect("is granted").body, "first");
    assert!(outcomes[1].is_err());
    assert_eq!(host.sent().len(), 2);
}

#[test]
fn what_is_stored_is_found_until_it_is_removed() {
    let _host = FakeHost::new().key_value().install();

    key_value::set("token", "t", Duration::from_secs(60)).expect("is granted");
    assert_eq!(key_value::get("token"), Ok(Some("t".into())));

    key_value::remove("token").expect("is granted");
    assert_eq!(key_value::get("token"), Ok(None));
}

#[test]
fn entries_of_the_log_keep_level_message_and_fields() {
    let host = FakeHost::new().install();

    log::warn!("backend refused", status = 503);

    let entry =
        LogEntry { level: Level::Warn, message: "backend refused".into(), fields: vec![("status", "503").into()] };
    assert_eq!(host.logged(), [entry]);
}

#[test]
fn a_host_is_gone_when_its_test_ends() {
    drop(FakeHost::new().config("region", "emea").install());

    assert_eq!(config::get("region"), None);
}

const URL: &str = "https://contoso.example/a";

fn ask() -> Result<String, HttpError> {
    http_client::send(&HttpRequest::get(URL)).map(|response| response.body)
}

#[test]
fn replies_come_in_turn_and_the_last_one_stays() {
    let replies = [Ok(HttpResponse::new(200, "first")), Err(HttpError::TooLarge), Ok(HttpResponse::new(200, "last"))];
    let _host = FakeHost::new().outcomes(URL, replies).install();

    let answers = [ask(), ask(), ask(), ask()];

    assert_eq!(answers, [Ok("first".into()), Err(HttpError::TooLarge), Ok("last".into()), Ok("last".into())]);
}

#[test]
fn an_entry_of_the_cache_expires_by_the_clock() {
    let host = FakeHost::new().key_value().install();
    key_value::set("token", "t", Duration::from_secs(60)).expect("it is granted");

    host.advance(Duration::from_secs(59));
    assert_eq!(key_value::get("token"), Ok(Some("t".into())));
    host.advance(Duration::from_secs(1));
    assert_eq!(key_value::get("token"), Ok(None));
}

#[test]
fn a_call_is_received_when_the_clock_says() {
    let host = FakeHost::new().clock("2026-05-15T14:00:00+02:00").install();
    assert_eq!(testing::context().received_at, "2026-05-15T12:00:00Z");

    host.advance(Duration::from_secs(90));
    assert_eq!(testing::context().received_at, "2026-05-15T12:01:30Z");
}

#[test]
fn a_request_that_takes_longer_than_it_may_is_timed_out() {
    let _host = FakeHost::new().response(URL, 200, "late").latency(URL, Duration::from_secs(2)).install();
    let within = |seconds| http_client::send(&HttpRequest::get(URL).timeout(Duration::from_secs(seconds)));
    let _context = testing::context();

    assert_eq!(within(1), Err(HttpError::TimedOut));
    assert!(within(2).is_ok());
    assert_eq!(within(2), Err(HttpError::TimedOut), "one second is left of the call's four");
}

#[test]
fn requests_side_by_side_take_the_time_of_the_slowest() {
    let slow = "https://slow.example/";
    let host = FakeHost::new().response(URL, 200, "").response(slow, 200, "");
    let _host = host.latency(URL, Duration::from_secs(1)).latency(slow, Duration::from_secs(3)).install();
    let _context = testing::context();

    assert!(http_client::send_all(&[URL, slow].map(HttpRequest::get)).iter().all(Result::is_ok));
    assert!(ask().is_ok(), "it has the fourth second");
}

#[test]
fn a_backend_that_is_down_answers_nothing() {
    let host = FakeHost::new().response(URL, 200, "").install();

    host.disconnect();

    assert!(matches!(ask(), Err(HttpError::Unreachable(_))));
}
