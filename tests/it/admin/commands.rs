//! The commands that use the admin API.

use serde_json::{Value, json};

use crate::{UNDER_TEST, host};

#[test]
fn list_prints_a_table_and_with_json_what_the_api_says() {
    let host = host().guest("well").component("broken", b"no component").start();
    let _ = host.ask("well", "1");

    let table = host.run(["plugins", "list"]);
    let json_words = host.run(["plugins", "list", "--json"]);

    assert_eq!(table.code, Some(0), "{table:?}");
    let lines: Vec<Vec<&str>> = table.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["NAME", "STATE", "VERSION", "DIGEST", "CALLS", "CAPABILITIES"]);
    assert_eq!((&lines[1][..2], &lines[1][3..]), (&["well", "loaded"][..], &["1", "record-summary"][..]));
    assert_eq!(lines[2], ["broken", "refused", "0"]);
    let said: Value = serde_json::from_str(&json_words.stdout).expect("JSON and nothing else");
    assert_eq!(said, host.ask_admin("GET", "/api/plugins").json());
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let host = host().guest("well").start();

    for words in [
        &["plugins", "list"][..],
        &["plugins", "show", "well", "--json"],
        &["plugins", "reload"],
        &["health"],
        &["config", "show"],
    ] {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        drop(reader);
        let ran = host.command(words).stdout(writer).output().expect("the binary runs");

        assert_eq!(ran.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn show_prints_what_is_known_of_one_plugin() {
    let settings = "[[plugins.well.grants.http]]\norigin = \"https://api.contoso.com\"";
    let wishes = "[wishes]\nhttp = [\"https://api.contoso.com\", \"https://other.contoso.com\"]";
    let host = host().guest("well").author("well", wishes).settings(settings).start();
    let _ = host.ask("well", "1");

    let ran = host.run(["plugins", "show", "well"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    for line in [
        "name          well",
        "state         loaded",
        "capabilities  record-summary",
        "calls         1 answered",
        "REACH      WISHED                     GRANTED                               REFUSED",
        "http       https://api.contoso.com    https://api.contoso.com (any method)  0",
        "           https://other.contoso.com  –",
        "key-value  –                          –                                     0",
    ] {
        assert!(ran.stdout.lines().any(|printed| printed == line), "`{line}` is not in:\n{}", ran.stdout);
    }
    assert_eq!(host.run(["plugins", "show", "well", "--json"]).code, Some(0));
}

#[test]
fn show_of_a_plugin_that_does_not_load_says_why() {
    let host = host().component("broken", b"no component").start();

    let ran = host.run(["plugins", "show", "broken"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("state  refused\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("failed to load plugin `broken`"), "{}", ran.stdout);
}

#[test]
fn reload_says_what_came_of_it_and_ends_with_1_if_one_is_refused() {
    let host = host().guest("well").component("broken", b"no component").start();

    let one = host.run(["plugins", "reload", "well"]);
    let all = host.run(["plugins", "reload"]);
    let as_json = host.run(["plugins", "reload", "well", "--json"]);

    assert_eq!((one.code, one.stdout.as_str()), (Some(0), "well: unchanged\n"));
    assert_eq!((all.code, all.stdout.as_str()), (Some(1), "broken: refused\nwell: unchanged\n"));
    assert!(all.stderr.contains("failed to load plugin `broken`"), "{}", all.stderr);
    let said: Value = serde_json::from_str(&as_json.stdout).expect("JSON and nothing else");
    assert_eq!(said, json!({"id": "well", "result": "unchanged"}));
}

#[test]
fn a_plugin_that_is_not_there_ends_with_1() {
    let host = host().start();

    for command in ["show", "reload", "disable", "enable", "rollback"] {
        let ran = host.run(["plugins", command, "nobody"]);

        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
        assert_eq!(ran.stderr, "error: there is no such plugin (404 Not Found)\n");
    }
}

#[test]
fn without_a_host_the_command_says_where_it_looked_for_one() {
    let host = host().settings("[admin]\nlisten = \"off\"").start();

    let none = host.run(["plugins", "list"]);
    let elsewhere = host.run(["plugins", "list", "--admin", "http://host.example:8081"]);
    let no_url = host.run(["plugins", "list", "--admin", "https://host.example"]);

    assert_eq!((none.code, none.stdout.as_str()), (Some(1), ""));
    assert!(none.stderr.contains("no host of this user is running"), "{}", none.stderr);
    assert!(none.stderr.contains("`--admin URL --token-file FILE`"), "{}", none.stderr);
    assert_eq!(elsewhere.code, Some(1), "{elsewhere:?}");
    assert_eq!(no_url.code, Some(2), "{no_url:?}");
}

#[test]
fn an_address_that_is_taken_is_told_with_what_to_do() {
    let host = host().start();
    let taken = host.admin().address.to_string();
    let folder = host.plugin_file("");
    let folder = folder.to_str().expect("the path is text");

    let ran = UNDER_TEST.run(["serve", "--plugins", folder, "--listen", "127.0.0.1:0", "--admin-listen", &taken]);

    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains(&format!("failed to listen at {taken} for the admin API")), "{}", ran.stderr);
    assert!(ran.stderr.contains("`--admin-listen off` disables the admin API"), "{}", ran.stderr);
}
