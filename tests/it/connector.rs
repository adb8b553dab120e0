//! The connector: exported as a folder, and served.

mod certification;
mod sign_in;

use std::fs;
use std::path::Path;

use insight_tests::{Ran, TestHost};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::auth::new_key;
use crate::{UNDER_TEST, host};

const PUBLIC: &str = "[http]\npublic-name = \"api.contoso.com\"\n";

/// A maker's statements, as several plugins have no common profile.
const MERGED: &str = include_str!("../connector/merged.toml");

/// A folder of sample plugins, and the output of the command beside it.
struct Export(TempDir);

impl Export {
    fn of(samples: &[&str]) -> Self {
        let dir = TempDir::new().expect("there is room");
        let plugins = dir.path().join("plugins");
        fs::create_dir(&plugins).expect("the folder is new");
        for sample in samples {
            let to = plugins.join(format!("{sample}.wasm"));
            fs::copy(UNDER_TEST.sample(sample), to).expect("it can be copied");
        }
        Self(dir)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_for("api.contoso.com", arguments)
    }

    fn run_for(&self, host: &str, arguments: &[&str]) -> Ran {
        let mut command =
            UNDER_TEST.command(["connector", "--plugins", "plugins", "--host-name", host, "--out", "out"]);
        command.args(arguments).current_dir(self.0.path());
        command.output().expect("it runs").into()
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("the folder is a test's own");
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.0.path().join(file)
    }

    fn json(&self, file: &str) -> Value {
        let text = fs::read_to_string(self.path("out").join(file)).expect("it was written");
        serde_json::from_str(&text).expect("it is JSON")
    }
}

fn paths(document: &Value) -> Vec<&str> {
    document["paths"].as_object().expect("paths").keys().map(String::as_str).collect()
}

#[test]
fn a_plugin_that_says_everything_is_exported_without_settings() {
    let export = Export::of(&["contoso-hub"]);

    let ran = export.run(&["--provider", "contoso-hub", "--base-path", "/insights"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let files: Vec<&str> = ran.stdout.lines().collect();
    let names = [
        "apiDefinition.swagger.json",
        "apiProperties.json",
        "icon.png",
        "intro.md",
        "readme.md",
        "settings.json",
        "solution.zip",
    ];
    assert_eq!(files, names.map(|name| format!("out/{name}")));
    let definition = export.json("apiDefinition.swagger.json");
    assert_eq!(definition["info"]["title"], "Contoso Hub");
    assert_eq!(definition["basePath"], "/insights");
    assert!(paths(&definition).iter().all(|path| !path.contains("/chat/")), "{definition:#}");
    let token = &export.json("apiProperties.json")["properties"]["connectionParameters"]["token"]["oAuthSettings"];
    assert_eq!(token["customParameters"]["enableOnbehalfOfLogin"]["value"], "true");
    let icon = fs::read(export.path("out/icon.png")).expect("it was written");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/contoso-hub/icon.png");
    assert_eq!(icon, fs::read(own).expect("the plugin has one"));
    let readme = fs::read_to_string(export.path("out/readme.md")).expect("it was written");
    assert!(readme.starts_with("# Contoso Hub\n") && readme.contains("## Publisher: Contoso Ltd."), "{readme}");
}

#[test]
fn chat_skills_are_left_out_unless_they_are_wanted() {
    let export = Export::of(&["contoso-hub"]);

    let without = export.run(&["--provider", "contoso-hub"]);
    assert!(without.code == Some(0) && without.stderr.contains("note: 1 chat skill is left out"), "{without:?}");
    let with = export.run(&["--provider", "contoso-hub", "--chat-skills"]);

    assert!(with.code == Some(0) && !with.stderr.contains("left out"), "{with:?}");
    let definition = export.json("apiDefinition.swagger.json");
    assert!(paths(&definition).contains(&"/api/providers/contoso-hub/chat/key-stakeholders"), "{definition:#}");
}

#[test]
fn several_plugins_are_merged_into_one_connector_by_what_its_maker_states() {
    let export = Export::of(&["contoso-hub", "fabrikam-care"]);
    fs::write(export.path("connector.toml"), MERGED).expect("it can be written");

    let ran = export.run(&["--settings", "connector.toml", "--email-summary", "v1"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let definition = export.json("apiDefinition.swagger.json");
    assert!(paths(&definition).contains(&"/api/email-summary"), "{definition:#}");
    assert!(!paths(&definition).contains(&"/api/enhanceskills/email-insights-v2"));
    let operations = definition["paths"].as_object().expect("paths").values();
    let visible = operations.filter(|path| path["get"]["operationId"] != "TestConnection");
    assert_eq!(visible.count(), 5);
}

#[test]
fn what_nobody_says_is_asked_for_by_key_and_nothing_is_written() {
    let export = Export::of(&["contoso-hub", "fabrikam-care"]);

    let ran = export.run(&[]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    for key in ["`publisher`", "`website`", "`privacy-policy`", "`contact.email`", "`categories`", "`brand-color`"] {
        assert!(ran.stderr.contains(key), "{key} in {}", ran.stderr);
    }
    assert!(!export.path("out").exists());
}

#[test]
fn only_what_the_plugins_answer_is_exported() {
    let export = Export::of(&["crm-notes"]);

    let ran = export.run(&["--provider", "crm-notes"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let definition = export.json("apiDefinition.swagger.json");
    assert_eq!(
        paths(&definition),
        ["/api/providers/crm-notes/record-summary", "/api/providers/crm-notes/test-connection"]
    );
}

#[test]
fn a_provider_that_is_not_there_is_named_beside_those_that_are() {
    let ran = Export::of(&["crm-notes"]).run(&["--provider", "crm-note"]);

    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("`crm-note.wasm`; the folder has: crm-notes"), "{}", ran.stderr);
}

#[test]
fn a_broken_component_is_in_the_way_of_all_merged_and_of_nobody_elses_connector() {
    let export = Export::of(&["crm-notes"]);
    fs::write(export.path("plugins/broken.wasm"), "no component").expect("it can be written");

    let (one, all) = (export.run(&["--provider", "crm-notes"]), export.run(&[]));

    assert_eq!(one.code, Some(0), "{one:?}");
    assert_eq!(all.code, Some(3), "{all:?}");
    assert!(all.stderr.contains("broken.wasm"), "{}", all.stderr);
}

#[test]
fn an_icon_that_will_not_do_says_why() {
    let export = Export::of(&["contoso-hub"]);
    fs::write(export.path("connector.toml"), "icon = \"logo.png\"").expect("it can be written");
    fs::write(export.path("logo.png"), b"GIF89a").expect("it can be written");

    let ran = export.run(&["--provider", "contoso-hub", "--settings", "connector.toml"]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    assert!(ran.stderr.contains("logo.png") && ran.stderr.contains("not a PNG"), "{}", ran.stderr);
}

fn get(host: &TestHost, path: &str) -> Value {
    let answer = host.get(path);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[test]
fn a_host_serves_the_definitions_of_all_and_of_each() {
    let host = host().sample("contoso-hub").sample("crm-notes").settings(PUBLIC).start();

    let (swagger, openapi) = (get(&host, "/api/connector/apiDefinition.swagger.json"), get(&host, "/api/openapi.json"));
    let one = get(&host, "/api/providers/crm-notes/openapi.json");

    assert_eq!((&swagger["swagger"], &swagger["host"]), (&json!("2.0"), &json!("api.contoso.com")));
    assert_eq!((&openapi["openapi"], paths(&openapi).len()), (&json!("3.0.3"), paths(&swagger).len() + 1));
    assert_eq!(paths(&one), ["/api/providers/crm-notes/record-summary", "/api/providers/crm-notes/test-connection"]);
    let definition = get(&host, "/api/providers/crm-notes/connector/apiDefinition.swagger.json");
    assert_eq!(definition["info"]["title"], "CRM Notes");
}

#[test]
fn every_path_of_the_served_definition_is_there() {
    let host = host().sample("contoso-hub").settings(PUBLIC).start();

    let openapi = get(&host, "/api/openapi.json");

    for path in paths(&openapi) {
        let answer = host.get(path);
        assert!(answer.status != 404 || answer.json()["errorCode"] == "RECORD_NOT_FOUND", "{path}: {answer:?}");
    }
    assert_eq!(get(&host, "/api/test-connection"), json!({ "status": "connected" }));
    assert_eq!(get(&host, "/api/providers/contoso-hub/test-connection"), json!({ "status": "connected" }));
    assert_eq!(host.get("/api/providers/nobody/test-connection").status, 404);
}

#[test]
fn a_host_that_does_not_know_its_name_says_which_setting_tells_it() {
    let host = host().sample("crm-notes").start();

    for path in ["/api/connector/apiDefinition.swagger.json", "/api/providers/crm-notes/openapi.json"] {
        let answer = host.get(path);

        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("`http.public-name`"), "{}", answer.body);
    }
}

#[test]
fn the_name_in_the_definition_is_never_the_callers() {
    let host = host().sample("crm-notes").settings(&format!("{PUBLIC}\n[auth]\nanonymous = true\n")).start();

    let answer = host.get_with("/api/openapi.json", &[("host", "evil.example"), ("x-forwarded-host", "evil.example")]);

    assert_eq!(answer.json()["servers"], json!([{ "url": "https://api.contoso.com" }]));
    assert!(!answer.body.contains("evil"));
}

#[test]
fn definitions_are_for_callers_and_show_what_each_may_ask() {
    let ((all, for_all), (one, for_one)) =
        (new_key(&["--name", "all"]), new_key(&["--name", "one", "--providers", "crm-notes"]));
    let settings = [PUBLIC, &for_all, &for_one].concat();
    let host = host().sample("contoso-hub").sample("crm-notes").settings(&settings).start();

    let of = |key: &str| host.get_with("/api/openapi.json", &[("x-api-key", key)]).json();

    assert_eq!(host.get("/api/openapi.json").status, 401);
    assert_eq!(host.get("/api/test-connection").status, 401);
    assert!(paths(&of(&all)).contains(&"/api/email-draft"));
    assert_eq!(paths(&of(&one)), ["/api/record-summary", "/api/test-connection"]);
    let other = host.get_with("/api/providers/contoso-hub/openapi.json", &[("x-api-key", &one)]);
    assert_eq!(other.status, 403);
}

#[test]
fn trying_a_connection_counts_for_its_caller() {
    let settings = format!("{PUBLIC}[load]\ncaller-rate = {{ per-second = 1, burst = 2 }}\n");
    let host = host().sample("crm-notes").settings(&settings).start();

    let paths = ["/api/test-connection", "/api/providers/crm-notes/test-connection"];
    let statuses: Vec<u16> = paths.into_iter().cycle().take(20).map(|path| host.get(path).status).collect();

    assert_eq!(statuses[..2], [200, 200]);
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn the_page_for_people_is_whole_and_asks_nobody_else() {
    let host = host().settings(&format!("{PUBLIC}base-path = \"/insights\"\n")).start();

    let page = host.get("/insights/api/docs");

    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")));
    for attribute in ["src=\"", "href=\""] {
        for file in page.body.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            let bytes = host.bytes(&format!("/insights/api/{file}"));
            assert!(!bytes.is_empty(), "{file}");
        }
    }
    assert_eq!(host.get("/insights/api/nothing").status, 404);
}
