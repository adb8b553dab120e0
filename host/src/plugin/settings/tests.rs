//! Tests of valid settings, and of the errors for invalid ones.

use super::*;

fn parse(text: &str) -> Result<AuthorSettings, AuthorSettingsError> {
    AuthorSettings::parse(text.as_bytes(), Path::new("hub.toml"))
}

fn error(text: &str) -> String {
    parse(text).expect_err(text).to_string()
}

#[test]
fn every_setting_can_be_stated() {
    let settings = parse(
        r#"
        order = -3
        [limits]
        time = "250ms"
        fuel = 5_000_000
        memory = "32MiB"
        answer = "256KiB"
        log = "8KiB"
        [config]
        region = "emea"
        top = 5
        share = 1.0
        drafts = true
        [wishes]
        http = ["https://API.contoso.com:443/", "http://localhost:8081"]
        secrets = ["api-key"]
        key-value = true
        caller = true
        "#,
    )
    .expect("all of it is valid");

    assert_eq!(settings.order, Some(-3));
    assert_eq!(settings.limits.time, Some(Duration::from_millis(250)));
    assert_eq!(settings.limits.fuel, NonZeroU64::new(5_000_000));
    assert_eq!(settings.limits.memory, Some(ByteSize::mib(32)));
    assert_eq!(settings.limits.answer, Some(ByteSize::kib(256)));
    assert_eq!(settings.limits.log, Some(ByteSize::kib(8)));
    let config: Vec<_> = settings.config.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(config, [("drafts", "true"), ("region", "emea"), ("share", "1.0"), ("top", "5")]);
    assert_eq!(settings.wishes.http, ["https://api.contoso.com", "http://localhost:8081"]);
    assert_eq!(settings.wishes.secrets, ["api-key"]);
    assert!(settings.wishes.key_value && settings.wishes.caller);
}

#[test]
fn an_empty_file_states_nothing() {
    assert_eq!(parse(""), Ok(AuthorSettings::default()));
    assert_eq!(parse("\u{feff}# saved by Notepad\r\n"), Ok(AuthorSettings::default()));
}

#[test]
fn an_error_names_file_line_key_and_remedy() {
    assert_eq!(
        error("[limits]\ntime = \"fast\""),
        "hub.toml, line 2, `limits.time`: invalid value: string \"fast\", expected a time such as \"250ms\" or \"2s\""
    );
    assert_eq!(
        error("[limits]\n\nmemory = 64"),
        "hub.toml, line 3, `limits.memory`: invalid type: integer `64`, expected a size such as \"64MiB\""
    );
    assert_eq!(
        error("[wishes]\nhttp = [\n  \"https://a.example\",\n  \"https://b.example/path\",\n]"),
        "hub.toml, line 4, `wishes.http[1]`: invalid value: string \"https://b.example/path\", \
         expected an origin without a path, such as \"https://api.contoso.com\""
    );
}

#[test]
fn an_unknown_key_is_an_error_that_lists_the_known_ones() {
    let error = error("[limits]\ntme = \"1s\"");

    assert!(error.starts_with("hub.toml, line 2, `limits.tme`: unknown field `tme`, expected one of"), "{error}");
    assert!(error.contains("`time`"), "{error}");
}

#[test]
fn nothing_can_be_granted_in_an_authors_file() {
    assert!(error("[grants]\nhttp = [\"https://a.example\"]").contains("unknown field `grants`"));
}

#[test]
fn limits_of_zero_and_wishes_that_make_no_sense_are_refused() {
    for text in [
        "limits.time = \"0s\"",
        "limits.time = \"-1s\"",
        "limits.fuel = 0",
        "limits.fuel = -1",
        "limits.fuel = 5e9",
        "limits.memory = \"0\"",
        "limits.memory = \"lots\"",
        "wishes.http = [\"api.contoso.com\"]",
        "wishes.http = [\"https://user@api.contoso.com\"]",
        "wishes.http = [\"file:///etc/passwd\"]",
        "wishes.http = [\"https://a.example?q\"]",
        "wishes.secrets = [\"\"]",
        "wishes.secrets = [\"a}}b\"]",
        "config.list = [1]",
        "config.table = { a = 1 }",
        "order = 1.5",
    ] {
        let key = text.split(' ').next().expect("a key");
        assert!(error(text).contains(&format!("`{key}")), "{}", error(text));
    }
}

#[test]
fn a_file_that_is_no_toml_is_an_error_with_its_line() {
    assert!(error("order = 1\n[limits").starts_with("hub.toml, line 2: "), "{}", error("order = 1\n[limits"));
    let not_text = AuthorSettings::parse(b"order = 1\n\xff", Path::new("hub.toml")).expect_err("refused");
    assert_eq!(not_text.to_string(), "hub.toml, line 2: it is not UTF-8: save it in that encoding");
}

#[test]
fn a_file_over_64_kib_is_refused_unread() {
    let large = format!("# {}", "x".repeat(64 << 10));

    assert!(error(&large).contains("larger than 64KiB"));
}

#[test]
fn an_error_stays_short_and_printable_whatever_the_file_holds() {
    let hostile = format!("[limits]\ntime = \"{}\\u001b[2J\"\n", "\\u001b[2J".repeat(5000));

    let error = error(&hostile);

    assert!(error.len() < 1200, "{}", error.len());
    assert!(!error.contains('\u{1b}'));
    assert!(error.lines().count() <= 2);
}
