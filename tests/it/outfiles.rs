//! Files that commands write: never through links, and over files of others only by force.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use insight_tests::Ran;
use tempfile::TempDir;

use crate::UNDER_TEST;

/// A folder with a plugin, in which commands run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        fs::create_dir(dir.path().join("plugins")).expect("the folder is new");
        fs::copy(UNDER_TEST.sample("contoso-hub"), dir.path().join("plugins/contoso-hub.wasm")).expect("it is built");
        Self(dir)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = UNDER_TEST.command(arguments);
        command.current_dir(self.0.path());
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm"));
        command.output().expect("the binary runs").into()
    }

    fn export(&self, more: &[&str]) -> Ran {
        let export =
            ["connector", "--plugins", "plugins", "--host-name", "api.contoso.com", "--provider", "contoso-hub"];
        self.run(&[&export[..], &["--out", "out"], more].concat())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("the folder is ours");
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("it is text")
    }

    /// Makes `file` a link to a file that nobody may change, and returns the path of that.
    fn lead_astray(&self, file: &str) -> &'static str {
        self.write("victim", "precious");
        symlink(self.path("victim"), self.path(file)).expect("the folder is ours");
        "victim"
    }
}

#[test]
fn an_export_replaces_its_own_files_and_keeps_what_its_maker_has_added_to_settings() {
    let place = Place::new();
    assert_eq!(place.export(&[]).code, Some(0));
    let edited = place.text("out/settings.json").replace('{', "{\"environment\": \"1\",");
    place.write("out/settings.json", &edited);

    let again = place.export(&["--base-path", "/insights"]);

    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(place.text("out/apiDefinition.swagger.json").contains("/insights"));
    assert_eq!(place.text("out/settings.json"), edited);
}

#[test]
fn an_export_replaces_a_file_that_was_changed_or_made_by_others_only_by_force() {
    let place = Place::new();
    fs::create_dir(place.path("out")).expect("the folder is new");
    place.write("out/readme.md", "my notes");
    let refused = place.export(&[]);
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("out/readme.md was not made by this command"), "{}", refused.stderr);
    assert_eq!(fs::read_dir(place.path("out")).expect("it is there").count(), 1, "nothing else was written");

    assert_eq!(place.export(&["--force"]).code, Some(0));
    place.write("out/apiProperties.json", "{}");
    assert_eq!(place.export(&[]).code, Some(1));
    assert_eq!(place.export(&["--force"]).code, Some(0));
    assert_ne!(place.text("out/apiProperties.json"), "{}");
}

#[test]
fn no_command_writes_through_a_link() {
    let place = Place::new();
    fs::create_dir(place.path("out")).expect("the folder is new");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/crm-notes");
    let definition = ["connector", "--plugins", "plugins", "--host-name", "api.contoso.com", "--out", "given"];
    assert_eq!(place.run(&definition).code, Some(0));
    let conform = ["conform", "--definition", "given/apiDefinition.swagger.json", "--junit", "out/report.xml"];
    let build = ["build", sample, "--out", "out"];
    let export = ["connector", "--plugins", "plugins", "--host-name", "api.contoso.com", "--out", "out"];

    for (command, link) in
        [(&export[..], "out/icon.png"), (&build[..], "out/crm-notes.wasm"), (&conform[..], "out/report.xml")]
    {
        let victim = place.lead_astray(link);

        let refused = place.run(command);
        assert!(refused.stderr.contains(&format!("{link} is a link")), "{}", refused.stderr);
        assert_eq!(place.text(victim), "precious");

        let _any_verdict = place.run(&[command, &["--force"]].concat());
        assert_eq!(place.text(victim), "precious", "{link} was followed");
        assert!(fs::symlink_metadata(place.path(link)).expect("it is there").is_file(), "{link} was not replaced");
    }
}

#[test]
fn a_component_or_a_report_does_not_replace_a_file_of_another_kind() {
    let place = Place::new();
    fs::create_dir(place.path("out")).expect("the folder is new");
    place.write("out/crm-notes.wasm", "my notes");
    place.write("notes", "my notes");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/crm-notes");

    for command in [&["build", sample, "--out", "out"][..], &["conform", "--plugins", "plugins", "--junit", "notes"]] {
        let refused = place.run(command);

        assert_ne!(refused.code, Some(0));
        assert!(refused.stderr.contains("was not made by this command"), "{}", refused.stderr);
    }
    assert_eq!((place.text("out/crm-notes.wasm"), place.text("notes")), ("my notes".into(), "my notes".into()));
}
