//! Requests to a backend that answers as tests say.

use std::time::Duration;

use super::*;
use crate::http_client::HttpError;
use crate::testing::{self, FakeHost, InstalledHost};

const URL: &str = "https://hub.contoso.example/v1/visits";

fn api() -> Api {
    Api::new(&testing::context(), "https://hub.contoso.example/")
}

fn read() -> Result<Vec<u32>, Failure> {
    api().get("/v1/visits").json()
}

/// Installs a backend whose only path has these outcomes in turn.
fn backend(outcomes: impl IntoIterator<Item = Result<HttpResponse, HttpError>>) -> InstalledHost {
    FakeHost::new().outcomes(URL, outcomes).install()
}

fn status(status: u16) -> Result<HttpResponse, HttpError> {
    Ok(HttpResponse::new(status, "[7]"))
}

fn unreachable() -> Result<HttpResponse, HttpError> {
    Err(HttpError::Unreachable("hub.contoso.example: refused".into()))
}

#[test]
fn a_value_that_the_settings_lack_is_named() {
    let _host = FakeHost::new().install();

    let failure = Api::from_config(&testing::context(), "backend").expect_err("there is none");

    assert_eq!(failure, Failure::Failed("the settings have no value `backend` in [config]".into()));
}

#[test]
fn path_query_headers_and_body_are_put_together() {
    let host = FakeHost::new().response(format!("{URL}/4%2F2?a%26b=%C3%BC&n=3"), 201, "{}").install();
    let api = api().secret_header("x-key", "hub-key").header("x-app", "sales");

    let request = api.post("v1/visits").segment("4/2").query("a&b", "ü").query("n", 3).header("x-id", "9");
    let response = request.body(&[1, 2]).and_then(ApiRequest::send).expect("it is granted");

    assert_eq!(response.status, 201);
    let sent = &host.sent()[0];
    let headers: Vec<_> = sent.headers.iter().map(|header| (&*header.name, &*header.value)).collect();
    let json = "application/json";
    let expected =
        [("accept", json), ("x-key", "{{secret:hub-key}}"), ("x-app", "sales"), ("x-id", "9"), ("content-type", json)];
    assert_eq!(headers, expected);
    assert_eq!((&*sent.method, sent.body.as_deref()), ("POST", Some("[1,2]")));
}

#[test]
fn a_request_for_another_resource_than_meant_is_not_sent() {
    let host = FakeHost::new().response(URL, 200, "[7]").install();
    let api = api();

    let lists = api.all::<Vec<u32>>([
        api.get("/v1/visits").segment(".."),
        api.get("/v1/visits"),
        api.get("/v1/../visits"),
        api.get("/v1/visits").segment("").segment("4").query("n", 3),
    ]);

    assert_eq!(lists[1], Ok(vec![7]));
    for refused in [0, 2, 3] {
        assert!(matches!(lists[refused], Err(Failure::InvalidRequest(_))), "{refused}");
    }
    assert_eq!(host.sent().len(), 1);
}

#[test]
fn a_text_in_a_body_is_no_placeholder_of_a_secret() {
    let host = FakeHost::new().response(URL, 200, "{}").install();
    let note = ["{{secret:hub-key}}", "{{{"];

    api().post("/v1/visits").body(&note).and_then(ApiRequest::send).expect("it is granted");

    let body = host.sent()[0].body.clone().expect("it is set");
    assert!(!body.contains("{{"), "{body}");
    assert_eq!(serde_json::from_str::<[String; 2]>(&body).expect("it is JSON"), note);
}

#[test]
fn a_status_becomes_its_failure() {
    let path = "GET /v1/visits";
    for (code, failure) in [
        (404, Failure::RecordNotFound),
        (403, Failure::NotPermitted),
        (401, Failure::Failed(format!("{path}: the backend refuses the credentials (status 401)"))),
        (429, Failure::Throttled(None)),
        (408, Failure::Unavailable(format!("{path}: the backend responds with status 408"))),
        (500, Failure::Unavailable(format!("{path}: the backend responds with status 500"))),
        (302, Failure::Failed(format!("{path}: the backend responds with status 302"))),
        (422, Failure::Failed(format!("{path}: the backend responds with status 422"))),
    ] {
        let host = backend([status(code)]);

        assert_eq!(read(), Err(failure));
        assert_eq!(host.sent().len(), 1, "{code} is sent once");
    }
}

#[test]
fn no_content_is_nothing_to_those_who_may_read_nothing() {
    let _host = backend([204; 4].map(status));
    let api = api();
    let ask = || api.get("/v1/visits");

    assert_eq!(ask().json::<Option<u32>>(), Ok(None));
    assert_eq!(ask().json::<()>(), Ok(()));
    assert_eq!(ask().optional::<u32>(), Ok(None));
    let told = "GET /v1/visits: the backend responds without content";
    assert_eq!(ask().json::<u32>(), Err(Failure::Failed(told.into())));
}

#[test]
fn a_backend_of_users_asks_to_sign_in() {
    let _host = backend([status(401)]);

    let read = api().per_user_sign_in().get("/v1/visits").json::<Vec<u32>>();

    assert_eq!(read, Err(Failure::SignInRequired));
}

#[test]
fn side_by_side_each_request_has_the_sign_in_of_its_own_client() {
    let _host = backend([status(401)]);
    let (api, of_users) = (api(), api().per_user_sign_in());

    let lists = api.all::<Vec<u32>>([api.get("/v1/visits"), of_users.get("/v1/visits")]);

    assert!(matches!(lists[0], Err(Failure::Failed(_))));
    assert_eq!(lists[1], Err(Failure::SignInRequired));
}

#[test]
fn a_busy_backend_says_when_to_come_back() {
    let _host = backend([Ok(HttpResponse::new(429, "").with_header("Retry-After", "7"))]);

    assert_eq!(read(), Err(Failure::Throttled(Some(7))));
}

#[test]
fn what_is_missing_is_none_if_that_may_be() {
    let _host = backend([status(404), status(200)]);

    assert_eq!(api().get("/v1/visits").optional::<Vec<u32>>(), Ok(None));
    assert_eq!(api().get("/v1/visits").optional::<Vec<u32>>(), Ok(Some(vec![7])));
}

#[test]
fn malformed_json_is_told_by_its_place_and_not_by_its_text() {
    for (body, text) in [
        ("[7,\n Kat", "malformed JSON at line 2, column 2"),
        (r#"["Kat"]"#, "JSON of another form than expected at line 1, column 6"),
    ] {
        let _host = backend([Ok(HttpResponse::new(200, body))]);

        assert_eq!(read(), Err(Failure::Failed(format!("GET /v1/visits: {text}"))));
    }
}

#[test]
fn what_the_host_refuses_is_told_in_its_words() {
    let _host = FakeHost::new().install();

    let text = format!("GET /v1/visits: a request is not granted: {URL}");
    assert_eq!(read(), Err(Failure::Failed(text)));
}

#[test]
fn a_failure_by_chance_is_tried_once_more() {
    for chance in [unreachable(), Err(HttpError::TimedOut), status(502), status(503), status(504)] {
        let host = backend([chance, status(200)]);

        assert_eq!(read(), Ok(vec![7]));
        assert_eq!(host.sent().len(), 2);
    }
}

#[test]
fn the_second_failure_is_final() {
    let host = backend([status(503)]);

    assert_eq!(read(), Err(Failure::Unavailable("GET /v1/visits: the backend responds with status 503".into())));
    assert_eq!(host.sent().len(), 2);
}

#[test]
fn what_says_when_to_come_back_is_not_tried_again() {
    let host = backend([Ok(HttpResponse::new(503, "").with_header("retry-after", "2"))]);

    assert!(read().is_err());
    assert_eq!(host.sent().len(), 1);
}

#[test]
fn a_request_that_changes_something_is_sent_once() {
    for method in ["POST", "PATCH"] {
        let host = backend([unreachable(), status(200)]);

        assert!(matches!(api().request(method, "/v1/visits").send(), Err(Failure::Unavailable(_))));
        assert_eq!(host.sent()[0].timeout_ms, Some(3950));
        assert_eq!(host.sent().len(), 1);
    }
}

#[test]
fn a_slow_first_try_leaves_time_for_the_second() {
    let host = FakeHost::new().response(URL, 200, "[7]").latency(URL, Duration::from_secs(60)).install();

    assert_eq!(read(), Err(Failure::Unavailable("GET /v1/visits: a backend did not respond in time".into())));
    let timeouts: Vec<_> = host.sent().iter().map(|request| request.timeout_ms).collect();
    assert_eq!(timeouts, [Some(2666), Some(1284)]);
}

#[test]
fn time_that_earlier_requests_took_is_gone() {
    let host = FakeHost::new().response(URL, 200, "[7]").latency(URL, Duration::from_secs(1)).install();
    let api = api();

    for _ in 0..2 {
        api.get("/v1/visits").send().expect("there is time");
    }

    let timeouts: Vec<_> = host.sent().iter().map(|request| request.timeout_ms).collect();
    assert_eq!(timeouts, [Some(2666), Some(2000)]);
}

#[test]
fn a_call_without_time_tries_once() {
    let host = backend([unreachable()]);
    let context = CallContext { time_left_ms: 50, ..testing::context() };

    assert!(Api::new(&context, "https://hub.contoso.example").get("/v1/visits").send().is_err());
    assert_eq!(host.sent().len(), 1);
}

#[test]
fn a_timeout_of_the_plugin_holds_for_each_try() {
    let host = backend([Err(HttpError::TimedOut)]);

    assert!(api().get("/v1/visits").timeout(Duration::from_secs(1)).send().is_err());
    let timeouts: Vec<_> = host.sent().iter().map(|request| request.timeout_ms).collect();
    assert_eq!(timeouts, [Some(1000), Some(1000)]);
}

#[test]
fn side_by_side_only_what_failed_is_tried_again() {
    let other = "https://hub.contoso.example/v1/notes";
    let host = FakeHost::new().outcomes(URL, [status(503), status(200)]).response(other, 200, "[1]").install();
    let api = api();

    let lists = api.all::<Vec<u32>>([api.get("/v1/visits"), api.get("/v1/notes")]);

    assert_eq!(lists, [Ok(vec![7]), Ok(vec![1])]);
    let urls: Vec<_> = host.sent().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, [URL, other, URL]);
}
