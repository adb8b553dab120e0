//! Packages of declarative agents: exported, checked, and their cards rendered.

mod rendered;

use std::fs;
use std::path::PathBuf;

use insight_tests::Ran;
use serde_json::Value;
use tempfile::TempDir;

use crate::UNDER_TEST;

/// What the samples do not state of themselves.
const STATED: &str = include_str!("../agent/agent.toml");

/// A maker's statements, as several plugins have no common profile.
const MERGED: &str = include_str!("../agent/merged.toml");

/// A folder of sample plugins, statements, and the output of the command beside it.
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
        fs::write(dir.path().join("agent.toml"), STATED).expect("the folder is ours");
        fs::write(dir.path().join("merged.toml"), MERGED).expect("the folder is ours");
        Self(dir)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command =
            UNDER_TEST.command(["agent", "--plugins", "plugins", "--host-name", "api.contoso.com", "--out", "out"]);
        command.args(arguments).current_dir(self.0.path());
        command.output().expect("it runs").into()
    }

    /// Exports the agent of a provider.
    fn provider(&self, id: &str, arguments: &[&str]) -> Ran {
        self.run(&[&["--provider", id, "--settings", "agent.toml"], arguments].concat())
    }

    fn conform(&self, path: &str, arguments: &[&str]) -> Ran {
        let path = self.path(path).display().to_string();
        UNDER_TEST.run([&["conform", "--agent", &path], arguments].concat())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn json(&self, file: &str) -> Value {
        let text = fs::read_to_string(self.path("out").join(file)).expect("it was written");
        serde_json::from_str(&text).expect("it is JSON")
    }
}

#[test]
fn agents_of_the_samples_and_of_all_merged_pass_their_own_check() {
    let export = Export::of(&["contoso-hub", "crm-notes", "fabrikam-care"]);
    let (merged, alone) = (["--settings", "merged.toml"], |id| ["--settings", "agent.toml", "--provider", id]);
    for (name, arguments) in [
        ("contoso-hub", &alone("contoso-hub")[..]),
        ("crm-notes", &alone("crm-notes")),
        ("fabrikam-care", &alone("fabrikam-care")),
        ("insight-host", &merged),
    ] {
        for version in ["1.29", "1.30"] {
            let more = ["--runtime", "both", "--force", "--manifest-version", version];
            let ran = export.run(&[arguments, &more].concat());
            assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
            let is_known = |line: &str| line.starts_with("warning: the agent requests tokens for ");
            assert!(ran.stderr.lines().all(is_known), "{name}: {}", ran.stderr);
            for runtime in ["api", "mcp"] {
                for path in [format!("out/{runtime}"), format!("out/{runtime}/{name}-agent.zip")] {
                    let ran = export.conform(&path, &[]);
                    assert!(ran.code == Some(0) && ran.stdout.ends_with("0 errors, 0 warnings\n"), "{path}: {ran:?}");
                }
            }
        }
    }
}

#[test]
fn a_package_has_the_files_that_consoles_ask_for_and_the_same_bytes_each_time() {
    let export = Export::of(&["contoso-hub"]);

    let ran = export.provider("contoso-hub", &[]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    for file in [
        "manifest.json",
        "declarativeAgent.json",
        "ai-plugin-api.json",
        "openapi.json",
        "cards/record_summary.json",
        "color.png",
        "outline.png",
        "language-en.json",
        "language-de.json",
        "language-fr.json",
        "instructions.txt",
        "README.md",
        "contoso-hub-agent.zip",
    ] {
        assert!(ran.stdout.lines().any(|line| line == format!("out/{file}")), "{file}: {}", ran.stdout);
    }
    let archive = fs::read(export.path("out/contoso-hub-agent.zip")).expect("it was written");
    assert!(archive.len() < 150_000, "{}", archive.len());
    assert_eq!(export.provider("contoso-hub", &[]).code, Some(0));
    assert!(archive == fs::read(export.path("out/contoso-hub-agent.zip")).expect("it was written"));
    let readme = fs::read_to_string(export.path("out/README.md")).expect("it was written");
    assert!(readme.contains("Custom tools & knowledge") && readme.contains("MzViYWI0ZGU"), "{readme}");
    let icon = fs::read(export.path("out/color.png")).expect("it was written");
    assert_eq!(icon[..4], *b"\x89PNG");
}

#[test]
fn the_definition_of_an_api_plugin_is_flat_and_has_the_tools_alone() {
    let export = Export::of(&["contoso-hub", "fabrikam-care"]);

    let ran = export.run(&["--settings", "merged.toml"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let definition = export.json("openapi.json");
    let text = definition.to_string();
    for forbidden in ["anyOf", "oneOf", "allOf", "nullable", "resourceData", "/chat/"] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    let paths = definition["paths"].as_object().expect("paths");
    assert!(paths.keys().all(|path| path.starts_with("/api/agent/")), "{definition:#}");
    let ids: Vec<&str> = paths
        .values()
        .flat_map(|path| path.as_object().expect("methods").values())
        .map(|operation| {
            assert_eq!(operation["x-openai-isConsequential"], false);
            operation["operationId"].as_str().expect("an id")
        })
        .collect();
    for tool in ["record_summary", "record_details", "email_draft", "contoso_hub_key_stakeholders"] {
        assert!(ids.contains(&tool), "{tool}: {ids:?}");
    }
}

#[test]
fn what_nobody_says_is_asked_for_by_key_and_nothing_is_written() {
    let export = Export::of(&["contoso-hub", "fabrikam-care"]);

    let ran = export.run(&[]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    for key in ["`publisher`", "`website`", "`privacy-policy`", "`terms-of-use`", "`brand-color`"] {
        assert!(ran.stderr.contains(key), "{key} in {}", ran.stderr);
    }
    assert!(!export.path("out").exists());
}

#[test]
fn an_id_that_is_still_to_be_filled_in_is_told() {
    let export = Export::of(&["contoso-hub"]);
    fs::write(export.path("agent.toml"), "terms-of-use = \"https://contoso.example/terms\"\n").expect("it is ours");

    let ran = export.provider("contoso-hub", &[]);
    assert!(ran.code == Some(0) && ran.stderr.contains("warning: `auth.reference-id`"), "{ran:?}");
    let ran = export.conform("out/contoso-hub-agent.zip", &["--json"]);

    let report: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!((ran.code, &report["errors"], &report["warnings"]), (Some(0), &0.into(), &1.into()), "{report:#}");
    assert_eq!(report["findings"][0]["rule"], "placeholder");
    assert_eq!(report["findings"][0]["file"], "ai-plugin-api.json");
}

#[test]
fn files_of_others_are_kept_and_packages_of_others_are_judged() {
    let export = Export::of(&["contoso-hub"]);
    assert_eq!(export.provider("contoso-hub", &["--runtime", "mcp"]).code, Some(0));
    fs::write(export.path("out/manifest.json"), "{\"id\": \"notes\"}").expect("the folder is ours");

    let again = export.provider("contoso-hub", &["--runtime", "mcp"]);
    assert!(again.code == Some(1) && again.stderr.contains("--force"), "{again:?}");
    let junit = export.path("report.xml").display().to_string();
    let judged = export.conform("out", &["--junit", &junit]);

    assert_eq!(judged.code, Some(3), "{judged:?}");
    assert!(judged.stdout.contains("error     manifest-invalid  manifest.json"), "{}", judged.stdout);
    assert!(judged.stderr.contains("wrong with the agent"), "{}", judged.stderr);
    let report = fs::read_to_string(junit).expect("it was written");
    assert!(report.contains("<testsuite name=\"manifest.json\""), "{report}");
}

#[test]
fn what_is_no_package_is_said_to_be_none() {
    let export = Export::of(&[]);
    fs::write(export.path("notes.txt"), "notes").expect("the folder is ours");

    let text = export.conform("notes.txt", &[]);
    assert!(text.code == Some(1) && text.stderr.contains("neither a folder nor a ZIP archive"), "{text:?}");
    let none = export.conform("plugins", &[]);
    assert!(none.code == Some(3) && none.stdout.contains("manifest-missing"), "{none:?}");
}
