//! The command line as scripts use it: outputs and exit codes.

use std::fs;
use std::path::{Path, PathBuf};

use insight_tests::Ran;
use serde_json::Value;
use tempfile::TempDir;

use crate::{UNDER_TEST, host};

/// Runs the command with these arguments.
fn run(words: &[&str]) -> Ran {
    UNDER_TEST.run(words)
}

/// Calls a guest once.
fn call(guest: &str, id: &str) -> Ran {
    run(&["call", text(&UNDER_TEST.guest(guest)), "record-summary", "--record-type", "account", "--record-id", id])
}

/// Asserts that a command failed with `code` and `message`, and printed no result.
fn assert_fails(ran: &Ran, code: i32, message: &str) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.stderr.contains(message), "`{message}` is not in: {}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a temporary folder")
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder is ours");
    fs::write(&path, bytes).expect("the folder is ours");
    path
}

/// Creates a package of these sources, which builds quickly.
fn package(manifest: &str, source: &str) -> TempDir {
    let folder = folder();
    write(&folder, "Cargo.toml", format!("{manifest}\n[workspace]\n"));
    write(&folder, "src/lib.rs", source);
    folder
}

#[test]
fn every_command_shows_examples() {
    for command in ["wit", "dev", "serve", "build", "call", "check", "conform", "plugins"] {
        let help = run(&[command, "--help"]);

        assert_eq!(help.code, Some(0), "{command}");
        assert!(help.stdout.contains("Example"), "{command}: {}", help.stdout);
        assert!(help.stdout.contains(&format!("insight-host {command} ")), "{command}: {}", help.stdout);
    }
}

#[test]
fn help_lists_the_commands_and_the_exit_codes_and_hides_what_only_the_host_runs() {
    let help = run(&["--help"]).stdout;

    for command in ["wit", "dev", "serve", "build", "call", "check", "conform", "plugins"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in: {help}");
    }
    assert!(help.contains("Exit codes: 1 failure, 2 usage, 3 "), "{help}");
    assert!(!help.contains("\n  compile "), "{help}");
}

#[test]
fn words_that_are_no_command_end_with_2() {
    assert_fails(&run(&["srve"]), 2, "unrecognized subcommand 'srve'");
    assert_fails(&run(&["serve"]), 2, "--plugins <DIR>");
}

#[test]
fn call_prints_the_answer_and_on_standard_error_what_it_cost() {
    let ran = call("well", "42");

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON and nothing else");
    assert_eq!(answer["value"][0]["title"], "version 0000");
    assert_eq!(answer["hasMoreResults"], false);
    let cost = ran.stderr.lines().last().expect("the cost");
    assert!(cost.starts_with("fuel ") && cost.contains(" · time ") && cost.contains(" · memory "), "{cost}");
}

#[test]
fn call_takes_the_parameters_of_the_route_and_the_settings_beside_the_component() {
    let folder = folder();
    let component = write(&folder, "hub.wasm", fs::read(UNDER_TEST.guest("well")).expect("it is built"));
    write(&folder, "hub.toml", "[config]\nitems = 5\nname = \"hub\"");

    let words = ["record-summary", "--record-type=account", "--record-id=42", "--top=2", "--skip", "1"];
    let ran = run(&[["call", text(&component)].as_slice(), &words].concat());

    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON and nothing else");
    assert_eq!(answer["value"].as_array().map(Vec::len), Some(2), "{answer}");
    assert_eq!(answer["value"][0]["description"], "hub 1");
    assert_eq!(answer["hasMoreResults"], true);
}

#[test]
fn a_call_that_ends_without_an_answer_ends_with_5_and_its_outcome() {
    assert_fails(&call("rogue", "panic"), 5, "error: trapped");
    assert_fails(&call("rogue", "failed"), 5, "error: failed: the backend is in flames");
    assert_fails(&call("rogue", "not-found"), 5, "error: record-not-found");
}

#[test]
fn a_call_that_lacks_a_parameter_ends_with_2_and_its_name() {
    let well = UNDER_TEST.guest("well");

    assert_fails(&run(&["call", text(&well), "record-summary", "--record-type", "account"]), 2, "recordId");
    assert_fails(&run(&["call", text(&well), "horoscope"]), 2, "`horoscope` is no capability");
    let question = ["call", text(&well), "record-summary", "--record-type", "account", "--record-id", "1"];
    let told = "`--since` is no parameter of record-summary; its parameters are --record-type --record-id";
    assert_fails(&run(&[&question[..], &["--since", "2026-01-01"]].concat()), 2, told);
}

#[test]
fn what_a_guest_writes_reaches_the_terminal_without_its_escapes() {
    // The guest writes this line in red.
    let ran = call("rogue", "log:in red");

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains(r"\u{1b}[31min red"), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}') && !ran.stdout.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn check_says_what_a_component_provides_and_imports() {
    let ran = run(&["check", text(&UNDER_TEST.guest("well"))]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("provides  record-summary\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("imports   insight:provider/config@1.0.0\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("keeps to the interface\n"), "{}", ran.stdout);
}

#[test]
fn check_ends_with_3_if_a_component_is_none() {
    let folder = folder();
    let script = write(&folder, "hub.wasm", "#!/bin/sh");

    assert_fails(&run(&["check", text(&script)]), 3, "error: it is a script, not WebAssembly");
    assert_fails(&run(&["check", text(&folder.path().join("absent.wasm"))]), 3, "error: failed to read ");
}

#[test]
fn check_ends_with_3_and_names_what_a_seller_would_see_go_wrong() {
    let folder = folder();
    let rogue = write(&folder, "rogue.wasm", fs::read(UNDER_TEST.guest("rogue")).expect("it is built"));
    write(&folder, "rogue.toml", "[config]\nbehaviour = \"long-title\"");

    let ran = run(&["check", text(&rogue)]);

    assert_eq!(ran.code, Some(3), "{ran:?}");
    let breaks = ran.stdout.lines().find(|line| line.starts_with("breaks    ")).expect("what it breaks");
    assert!(breaks.ends_with("`value[0].title`: cut to 4096 characters"), "{breaks}");
    assert!(ran.stderr.contains("breaks its contract in 1 way\n"), "{}", ran.stderr);
}

/// Checks the guest `rogue` with these settings beside it.
fn check_rogue(settings: &str) -> Ran {
    let folder = folder();
    let rogue = write(&folder, "rogue.wasm", fs::read(UNDER_TEST.guest("rogue")).expect("it is built"));
    write(&folder, "rogue.toml", settings);
    run(&["check", text(&rogue)])
}

#[test]
fn check_finds_what_the_host_would_have_to_repair_and_says_what_to_change() {
    for (behaviour, rule) in [
        ("javascript-url", "url-invalid"),
        ("bad-date", "date-invalid"),
        ("empty-fields", "required-missing"),
        ("panic", "plugin-fault"),
    ] {
        let ran = check_rogue(&format!("[config]\nbehaviour = \"{behaviour}\""));

        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(ran.stdout.contains("\nbreaks    record-summary: "), "{}", ran.stdout);
        assert!(ran.stdout.contains(&format!("\n          {rule}: ")), "{behaviour}: {}", ran.stdout);
    }
}

#[test]
fn check_finds_pages_that_repeat_and_lose_items() {
    let ran = check_rogue("[config]\nbehaviour = \"heedless\"");

    assert_eq!(ran.code, Some(3), "{ran:?}");
    for rule in ["page-too-long", "page-repeats", "page-loses", "page-past-end"] {
        assert!(ran.stdout.contains(&format!("\n          {rule}: ")), "{rule}: {}", ran.stdout);
    }
}

#[test]
fn check_asks_all_questions_at_one_instant_so_that_pages_which_tell_the_time_fit_each_other() {
    let ran = check_rogue("[config]\nbehaviour = \"moments\"");

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stdout.contains("page-"), "{}", ran.stdout);
}

#[test]
fn check_warns_of_calls_near_their_limits_and_has_no_success_without_an_answer() {
    let near = check_rogue("[config]\nbehaviour = \"hold-memory:5\"\n[limits]\nmemory = \"7MiB\"");
    let unknown = check_rogue("[config]\nbehaviour = \"not-found\"");

    assert_eq!(near.code, Some(0), "{near:?}");
    assert!(near.stdout.contains("\nwarns     record-summary: a call used "), "{}", near.stdout);
    assert!(near.stdout.ends_with("keeps to the interface\n"), "{}", near.stdout);
    assert_eq!(unknown.code, Some(3), "{unknown:?}");
    assert!(unknown.stderr.contains("answered none of the calls"), "{}", unknown.stderr);
    assert!(!unknown.stdout.contains("keeps to the interface"), "{}", unknown.stdout);
    assert!(
        unknown.stdout.contains("\n          nothing-answered: give inputs that have answers"),
        "{}",
        unknown.stdout
    );
}

#[test]
fn check_has_no_success_if_every_answer_is_empty_and_names_the_inputs_that_found_nothing() {
    let hub = UNDER_TEST.sample("contoso-hub");

    let of_strangers = run(&["check", text(&hub), "--example", "recordType=account&recordId=1&accountName=x"]);
    let in_part = run(&["check", text(&hub)]);

    assert_eq!((of_strangers.code, in_part.code), (Some(3), Some(0)), "{of_strangers:?} {in_part:?}");
    let told = of_strangers.stdout;
    let of_page = "email-summary: the answer to a plain request is an empty page, for `recordType=account&recordId=1&";
    assert!(told.contains(of_page) && told.contains("has no cards, for `accountName=x`\n"), "{told}");
    let unexamined = "; not examined: email-summary; email-summary, second version; chat key-stakeholders\n";
    assert!(in_part.stdout.ends_with(unexamined), "{}", in_part.stdout);
}

#[test]
fn check_finds_nothing_wrong_with_a_good_sample() {
    let hub = UNDER_TEST.sample("contoso-hub");
    let example = "recordType=opportunity&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01\
                   &emailContacts=alberto%40fourthcoffee.example&accountName=Fourth+Coffee";

    let ran = run(&["check", text(&hub), "--example", example]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stdout.contains("\nbreaks ") && !ran.stdout.contains("\nwarns "), "{}", ran.stdout);
}

#[test]
fn build_ends_with_4_if_there_is_nothing_to_build() {
    let empty = folder();
    let out = folder();

    assert_fails(
        &run(&["build", text(empty.path()), "--out", text(out.path())]),
        4,
        "there is no Cargo.toml, package.json, pyproject.toml, go.mod or C source in ",
    );
}

#[test]
fn build_ends_with_4_if_the_compiler_refuses_or_nothing_is_a_plugin() {
    let out = folder();
    let broken = package("[package]\nname = \"hub\"\n[lib]\ncrate-type = [\"cdylib\"]", "mistake");
    let library = package("[package]\nname = \"hub\"\nedition = \"2024\"", "");

    let ran = run(&["build", text(broken.path()), "--out", text(out.path())]);
    assert_fails(&ran, 4, "does not build: cargo ended with exit status: 101; see above");
    let ran = run(&["build", text(library.path()), "--out", text(out.path())]);
    assert_fails(&ran, 4, "set `crate-type = [\"cdylib\"]`");
}

#[test]
fn build_writes_the_component_and_leaves_settings_that_are_there_and_tells_if_they_differ() {
    let manifest = "[package]\nname = \"my-hub\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]";
    let package = package(manifest, "");
    write(&package, "my-hub.toml", "order = 1");
    let (new, old) = (folder(), folder());
    write(&old, "my-hub.toml", "order = 2");

    for (out, order, told) in [(&new, "order = 1", 0), (&new, "order = 1", 0), (&old, "order = 2", 1)] {
        let ran = run(&["build", text(package.path()), "--out", text(out.path())]);

        assert_eq!(ran.code, Some(0), "{ran:?}");
        let component = out.path().join("my-hub.wasm");
        assert_eq!(ran.stdout, format!("{}\n", component.display()));
        assert!(fs::read(component).expect("it is there").starts_with(b"\0asm\x0d\0\x01\0"), "it is no component");
        let settings = out.path().join("my-hub.toml");
        assert_eq!(fs::read_to_string(&settings).expect("it is there"), order);
        let line = format!("{} is kept, and differs from {}", settings.display(), package.path().display());
        assert_eq!(ran.stderr.matches(&line).count(), told, "{}", ran.stderr);
    }
}

#[test]
fn serve_prints_one_line_and_nothing_more() {
    let host = host().guest("rogue").guest("well").start();
    assert_eq!(host.ask("rogue", "log:words").status, 200);
    assert_eq!(host.ask("rogue", "panic").status, 500);

    // The harness has read the line `listening on http://ADDR`.
    assert_eq!(host.stop(), (0, String::new()));
}

#[test]
fn serve_ends_with_1_if_it_cannot_begin() {
    let folder = folder();
    let absent = folder.path().join("absent");
    let host = host().start();
    let taken = host.address().to_string();

    assert_fails(&run(&["serve", "--plugins", text(&absent)]), 1, "error: there is no folder ");
    let ran = run(&["serve", "--plugins", text(folder.path()), "--listen", &taken]);
    assert_fails(&ran, 1, "another server listens there; `--listen 127.0.0.1:0` takes any free port");
}

#[test]
fn serve_ends_with_78_if_its_settings_are_not_valid() {
    let folder = folder();
    let wrong = write(&folder, "wrong.toml", "[limits]\ntime = \"9s\"\nmemory = \"9GiB\"");
    let mistyped = write(&folder, "mistyped.toml", "[limits]\nmemroy = \"9MiB\"");
    let serve = |settings: &Path| run(&["serve", "--plugins", text(folder.path()), "--config", text(settings)]);

    let ran = serve(&wrong);
    assert_fails(&ran, 78, "`limits.time` is above the host's maximum of 4250 ms");
    assert_fails(&ran, 78, "`limits.memory` is above the host's maximum of");
    assert_fails(&serve(&mistyped), 78, "memroy");
    assert_fails(&serve(&folder.path().join("absent.toml")), 78, "failed to read the settings");
}

#[test]
fn an_address_by_name_or_port_alone_is_answered_with_the_one_to_write() {
    for listen in ["localhost:18080", ":18080"] {
        for command in [&["serve", "--plugins", ".", "--listen", listen][..], &["dev", ".", "--listen", listen]] {
            let ran = UNDER_TEST.run(command);

            assert_eq!(ran.code, Some(2), "{}", ran.stderr);
            assert!(ran.stderr.contains("127.0.0.1:18080 for this machine alone"), "{}", ran.stderr);
        }
    }
}
