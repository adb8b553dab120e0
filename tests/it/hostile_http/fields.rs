//! Rows 13 and 14: header fields that are malformed, or that try to inject text into logs and answers.

use super::{harm, neighbours, said_at_the_end};
use crate::parameters::{RECORD, arrived, echoing};

/// A field that the host echoes or passes on.
const ID: &str = "x-ms-client-request-id";

#[test]
fn row_13_an_activity_id_unfit_for_headers_and_logs_is_replaced() {
    let host = neighbours().start();

    for id in ["", "two words", "tab\there", &"x".repeat(129), &"x".repeat(16 << 10), "caf\u{e9}", "\u{1b}[31m"] {
        let request =
            format!("GET /api/nothing HTTP/1.1\r\nhost: localhost\r\n{ID}: {id}\r\nconnection: close\r\n\r\n");
        let answer = said_at_the_end(&host, request);

        // An escape is not allowed in a header, and the library rejects it.
        if answer.starts_with("HTTP/1.1 400 ") {
            assert_eq!(id, "\u{1b}[31m");
            continue;
        }
        let echoed = answer.lines().find_map(|line| line.strip_prefix(&format!("{ID}: "))).expect("it is always there");
        assert_eq!(echoed.len(), 36, "{id} is echoed as {echoed}");
        assert!(answer.contains(&format!("\"activityId\":\"{echoed}\"")), "{answer}");
    }
}

#[test]
fn row_13_line_breaks_in_a_field_are_refused_and_inject_nothing() {
    let host = neighbours().log("debug").start();

    for breaks in ["\r\n forged", "\r\n\tforged", "\rforged", "\n forged", "\u{0}forged"] {
        let request = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{ID}: a{breaks}\r\n\r\n");
        let answer = said_at_the_end(&host, request);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{breaks:?}: {answer}");
    }
    assert!(!host.log().contains("forged"), "{}", host.log());
}

#[test]
fn row_13_an_activity_id_with_quotes_stays_one_word() {
    let id = r#""},"level":"ERROR","forged":{"a":"\u0000'--"#;
    let host = neighbours().log("debug").start();

    let answer = harm(&host, || host.get_with("/api/nothing", &[(ID, id)]));

    assert_eq!(answer.header(ID), Some(id));
    assert_eq!(answer.json()["activityId"], id, "escaped in the body");
    assert!(answer.json().get("forged").is_none(), "{answer:?}");
    let line = host.logged("forged");
    assert!(line.contains(&format!("activity_id={id} method=\"GET\" path=/api/nothing")), "{line}");
}

#[test]
fn row_13_nothing_of_a_path_or_a_method_can_begin_a_line_of_the_log() {
    let host = neighbours().log("debug").start();
    let path = "/%0d%0aforged%1b[31m/\u{202e}forged";

    let answer =
        harm(&host, || host.wire().send(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).read_answer());

    assert!(answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(host.log().lines().all(|line| !line.starts_with("forged") && !line.contains('\u{202e}')), "{}", host.log());
}

#[test]
fn row_13_a_malformed_traceparent_counts_as_absent() {
    let host = echoing();
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let long = "0".repeat(16 << 10);

    for bad in [
        "",
        "00",
        "nonsense",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        &format!("{good}\"forged"),
        &long,
    ] {
        assert_eq!(arrived(&host, RECORD, &[("traceparent", bad)])["traceparent"], "none", "{bad}");
    }
    assert_eq!(arrived(&host, RECORD, &[("traceparent", good)])["traceparent"], good);
}

#[test]
fn row_14_languages_that_are_nonsense_are_ignored() {
    let host = echoing();
    let long = |text: &str| text.repeat((16 << 10) / text.len());

    for (nonsense, languages) in [
        (long("x"), "en"),
        (long("de,"), "de"),
        (long(";q=,"), "en"),
        (long(","), "en"),
        ("???, *, de;q=2, fr;q=x, de_AT, \"en\"".to_owned(), "en"),
        ("fr;q=0.5;q=0.7, de;q=0.1".to_owned(), "de"),
        (long("a-") + "a", "en"),
    ] {
        let told = arrived(&host, RECORD, &[("accept-language", &nonsense)]);

        assert_eq!(told["languages"], languages, "{}", &nonsense[..20]);
    }
}

#[test]
fn row_14_languages_in_several_lines_are_one_list() {
    let host = echoing();

    let told = arrived(&host, RECORD, &[("accept-language", "de;q=0.5"), ("accept-language", "fr, ???")]);

    assert_eq!(told["languages"], "fr de");
}
