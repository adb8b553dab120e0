//! The command around the check: outputs, exit codes, secrets, private certificates.

use std::fs;

use insight_tests::connector::{Answered, Asked, Connector, definition, good};
use insight_tests::{Backend, Ran};
use serde_json::json;
use tempfile::TempDir;

use super::{EXAMPLE, run};
use crate::UNDER_TEST;

#[test]
fn the_table_names_each_operation_and_ends_with_the_sum() {
    let ran = run(&definition(), &[]);

    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains("matches   scp-get-sales-highlights"), "{}", ran.stdout);
    assert!(ran.stdout.contains(" key-sales-info (GET /api/key-sales-info)\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\n0 errors, 0 warnings\n"), "{}", ran.stdout);
}

#[test]
fn an_error_ends_with_3_and_says_what_to_change() {
    let mut definition = definition();
    definition["paths"]["/key-sales-info"]["get"]["description"] = "Gets \u{1b}[31mkey sales.".into();

    let ran = run(&definition, &[]);

    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stdout.contains("\nerror     operation-description  scp-get-sales-highlights\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n          change: use the agent's text, byte for byte\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
    assert_eq!(ran.stderr, "error: 1 thing is wrong with the connector\n");
}

#[test]
fn junit_is_written_beside_the_table() {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let file = folder.path().join("conform.xml");
    let connector = Connector::that(|asked| match good(asked) {
        answered if asked.path.ends_with("key-sales-info") => Answered { content_type: "text/plain", ..answered },
        answered => answered,
    });
    let words = [connector.url(), "--example".to_owned(), EXAMPLE.to_owned(), "--junit".to_owned()];
    let words: Vec<&str> = words.iter().map(String::as_str).chain(file.to_str()).collect();

    let ran = run(&definition(), &words);

    assert_eq!(ran.code, Some(3), "{ran:?}");
    let xml = fs::read_to_string(file).expect("it is written");
    assert!(xml.contains(r#"<testsuite name="scp-get-sales-highlights""#), "{xml}");
    assert!(xml.contains(r#"<testcase name="content-type" classname="conform.scp-get-sales-highlights""#), "{xml}");
    assert!(xml.contains("a mail thread of 4 MiB"), "{xml}");
}

#[test]
fn a_token_comes_from_the_environment_and_is_shown_nowhere() {
    let strict = Connector::that(|asked: &Asked| {
        if asked.authorization == "Bearer sesame" {
            return good(asked);
        }
        let body = json!({"errorCode": "INVALID_TOKEN_SPECIFIED"}).to_string();
        Answered { status: 401, body, ..good(asked) }
    });
    let open = Connector::that(good);
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let file = folder.path().join("definition.json");
    fs::write(&file, definition().to_string()).expect("the folder is ours");
    let ask = |connector: &Connector, words: &[&str]| {
        let url = connector.url();
        let mut all = vec!["conform", &url, "--example", EXAMPLE, "--definition", file.to_str().expect("it is text")];
        all.extend_from_slice(words);
        let output = UNDER_TEST.command(all).env("CONNECTOR_TOKEN", "sesame").output().expect("the binary runs");
        insight_tests::Ran::from(output)
    };

    let with = ask(&strict, &["--token-env", "CONNECTOR_TOKEN"]);
    let without = ask(&strict, &[]);
    let unchecked = ask(&open, &["--token-env", "CONNECTOR_TOKEN"]);
    let absent = ask(&strict, &["--token-env", "NO_SUCH_TOKEN"]);

    assert_eq!(with.code, Some(0), "{with:?}");
    assert!(!with.stdout.contains("sesame") && !with.stderr.contains("sesame"), "{with:?}");
    assert!(without.stdout.contains("the answer is 401 INVALID_TOKEN_SPECIFIED"), "{without:?}");
    assert!(unchecked.stdout.contains("error     token-not-checked"), "{unchecked:?}");
    assert!(
        absent.code == Some(1) && absent.stderr.contains("`NO_SUCH_TOKEN` is not in the environment"),
        "{absent:?}"
    );
}

#[test]
fn what_cannot_be_judged_ends_with_1_and_why() {
    let nowhere = insight_tests::free_address();
    let connector = Connector::that(good);

    let no_definition = UNDER_TEST.run(["conform", &connector.url()]);
    let unreached = run(&definition(), &[&format!("http://{nowhere}")]);
    let no_url = run(&definition(), &["localhost:8080"]);
    let neither = UNDER_TEST.run(["conform"]);
    let not_json = run(&json!("swagger"), &[]);

    assert!(no_definition.stderr.contains("name a file with `--definition`"), "{no_definition:?}");
    assert!(unreached.code == Some(3) && unreached.stdout.contains("error     answer-broken"), "{unreached:?}");
    assert!(no_url.code == Some(1) && no_url.stderr.contains("`localhost:8080` is no http or https URL"), "{no_url:?}");
    assert_eq!(neither.code, Some(2), "{neither:?}");
    assert!(not_json.code == Some(1) && not_json.stderr.contains("neither Swagger 2.0 nor OpenAPI 3"), "{not_json:?}");
}

#[test]
fn every_rule_is_listed_with_what_it_finds_and_what_to_change() {
    let ran = UNDER_TEST.run(["conform", "--rules"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("error     answer-late "), "{}", ran.stdout);
    assert!(ran.stdout.matches(" change: ").count() > 60, "{}", ran.stdout);
}

#[test]
fn a_connector_is_reached_through_the_proxy_of_a_setting_or_of_the_usual_variables() {
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("definition.json"), definition().to_string()).expect("the folder is ours");
    for by_setting in [true, false] {
        let proxy =
            Backend::that_writes("HTTP/1.1 503 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned());
        let address = format!("http://127.0.0.1:{}", proxy.port());
        let settings = if by_setting { format!("[fetch]\nproxy = \"{address}\"") } else { String::new() };
        fs::write(at("settings.toml"), settings).expect("the folder is ours");
        let mut conform = UNDER_TEST.command(["conform", "http://connector.invalid", "--definition"]);
        conform.arg(at("definition.json")).arg("--config").arg(at("settings.toml"));
        if !by_setting {
            conform.env("HTTP_PROXY", &address);
        }

        let ran = Ran::from(conform.output().expect("it runs"));

        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(proxy.connections() > 0, "{ran:?}");
    }
}
