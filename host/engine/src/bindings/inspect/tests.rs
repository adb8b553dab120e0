//! Tests with components of every kind.

mod components;

use self::components::{SUMMARY, component, interface, plugin, refusal, refusal_after};
use super::*;

#[test]
fn a_plugin_is_told_by_its_exports_and_imports() {
    let wasi = "package wasi:io@0.2.6; interface poll { block: func(); }";
    let http = "package wasi:http@0.2.12; interface outgoing-handler { handle: func(); }";
    let ours = interface(|text| text);
    let component = component(
        &[&ours, wasi, http, "package contoso:extras; interface charts { draw: func(); }"],
        "export insight:provider/record-summary@1.0.0;
         export insight:provider/chat@1.0.0;
         export insight:provider/about@1.0.0;
         export contoso:extras/charts;
         export ping: func();
         import insight:provider/log@1.0.0;
         import insight:provider/http-client@1.0.0;
         import wasi:io/poll@0.2.6;
         import wasi:http/outgoing-handler@0.2.12;",
    );

    let inspection = inspect(&component).expect("it is a plugin");

    assert!(inspection.understood);
    assert_eq!(inspection.provides, ["record-summary", "chat"]);
    assert!(inspection.about && !inspection.lifecycle);
    for import in ["insight:provider/log@1.0.0", "insight:provider/http-client@1.0.0", "wasi:io/poll@0.2.6"] {
        assert!(inspection.imports.contains(&import.to_owned()), "{import} of {:?}", inspection.imports);
    }
    let mut unknown = inspection.unknown_exports;
    unknown.sort();
    assert_eq!(unknown, ["contoso:extras/charts", "ping"]);
}

#[test]
fn what_is_no_component_is_named_with_the_remedy() {
    assert_eq!(refusal(b""), "the file is empty: was its build interrupted?");
    assert!(refusal(b"PK\x03\x04").starts_with("it is a zip archive, not WebAssembly: give the component"));
    assert!(refusal(b"\x7fELF...").starts_with("it is a program or library for Linux (ELF), not WebAssembly"));
    assert!(refusal(b"\x7fELF...\0.wasmtime.engine\0").starts_with("it is already compiled (a `.cwasm`)"));
    assert!(refusal(b"<!doctype html>").starts_with("it is a web page"));
    assert!(refusal(b"\0asm\x01\0\0\0").contains("core module"));
    assert!(refusal(b"\0asm\x01\0\0\0").contains("wasm32-wasip2"));
    assert!(refusal(b"\0asm\x09\0\x01\0").contains("unknown version"));
}

#[test]
fn a_component_cut_anywhere_but_before_what_it_can_do_without_is_refused() {
    /// The section with names and the like, which every component may lack.
    const CUSTOM: u8 = 0;
    let whole = plugin(SUMMARY);

    for length in 0..whole.len() {
        assert!(inspect(&whole[..length]).is_err() || whole[length] == CUSTOM, "{length} of {} bytes", whole.len());
    }
    assert!(refusal(&whole[..whole.len() / 2]).starts_with("it is truncated"));
}

#[test]
fn a_component_with_any_byte_changed_is_judged_without_a_panic() {
    let whole = plugin(SUMMARY);
    let mut refused = 0;

    for position in 8..whole.len() {
        let mut broken = whole.clone();
        broken[position] ^= 0x55;
        refused += usize::from(inspect(&broken).is_err());
    }

    assert!(refused > whole.len() / 4, "{refused} of {}", whole.len());
}

#[test]
fn a_malformed_component_is_told_with_the_place() {
    let mut broken = plugin(SUMMARY);
    // A section of an unknown kind.
    broken.extend([99, 1, 0]);

    let refusal = refusal(&broken);

    assert!(refusal.starts_with("it is not a valid component: ") && refusal.contains("offset 0x"), "{refusal}");
}

#[test]
fn a_component_that_answers_nothing_is_told_what_it_could_export() {
    let wasi = "package wasi:cli@0.2.6; interface run { run: func() -> result; }";

    let command = refusal(&component(&[wasi], "export wasi:cli/run@0.2.6;"));
    let nothing = refusal(&component(&[], ""));
    let only_about = refusal(&plugin("export insight:provider/about@1.0.0;"));

    assert!(command.starts_with("it implements no capability. It exports `wasi:cli/run@0.2.6`, but"), "{command}");
    assert!(command.contains("`record-summary`") && command.ends_with("of `insight:provider@1.0.0`"), "{command}");
    assert!(nothing.contains("It exports nothing, but"), "{nothing}");
    assert!(only_about.contains("It exports `insight:provider/about@1.0.0`, but"), "{only_about}");
}

#[test]
fn another_major_version_is_told_from_a_minor_one() {
    let of = |version: &str| {
        let text = interface(|text| text.replace("@1.0.0", &format!("@{version}")));
        component(&[&text], &SUMMARY.replace("1.0.0", version))
    };

    for other in ["2.0.0", "0.9.0", "1.0.0-draft"] {
        let refusal = refusal(&of(other));
        let expected =
            format!("it exports `insight:provider/record-summary@{other}`, but this host serves version 1.0");
        assert!(refusal.contains(&expected), "{refusal}");
    }
    assert_eq!(inspect(&of("1.3.0")).expect("it is served").provides, ["record-summary"]);
}

#[test]
fn an_import_of_a_later_minor_needs_a_newer_host_only_if_it_is_new() {
    let later = interface(|text| {
        text.replace("@1.0.0", "@1.1.0")
            .replace("interface log {", "interface extras { now: func(); }\ninterface log { count: func();")
    });
    let importing = |import: &str| component(&[&later], &format!("{} {import}", SUMMARY.replace("1.0.0", "1.1.0")));

    assert!(inspect(&importing("import insight:provider/secrets@1.1.0;")).is_ok());
    let function = refusal(&importing("import insight:provider/log@1.1.0;"));
    let interface = refusal(&importing("import insight:provider/extras@1.1.0;"));

    let expected = "it imports the function `count` of `insight:provider/log@1.1.0`, which needs a host of 1.1";
    assert!(function.starts_with(expected), "{function}");
    assert!(
        interface.starts_with("it imports `insight:provider/extras@1.1.0`, which needs a host of 1.1"),
        "{interface}"
    );
}

#[test]
fn a_type_that_differs_is_told_with_its_place_and_both_forms() {
    let prefix = "`insight:provider/record-summary@1.0.0#answer` has another type: ";
    for (from, to, expected) in [
        (
            "date-time: timestamp,\n    /// Where it opens",
            "date-time: u64,\n    /// Where it opens",
            "`items[].date-time` of its result: expected `string`, found `u64`",
        ),
        ("interface record-summary {", "interface record-summary { type properties-not = list<string>;", ""),
        (
            "items: list<activity>,",
            "items: list<activity>, more: option<list<string>>,",
            "`more` of its result: expected nothing, found `option<list<string>>`",
        ),
        ("    has-more: bool,\n", "", "`has-more` of its result: expected `bool`, found nothing"),
        (
            "    top: u32,\n    /// How many to leave out before the first: 0 to 10,000.\n    skip: u32,",
            "    skip: u32, top: u32,",
            "its parameter `request`: expected the order `about, since, until, top, skip`, \
             found the order `about, since, until, skip, top`",
        ),
        (
            "throttled(option<u32>)",
            "throttled(u32)",
            "`error.throttled` of its result: expected `option<u32>`, found `u32`",
        ),
        (
            "throttled(option<u32>)",
            "throttled",
            "`error.throttled` of its result: expected `option<u32>`, found nothing",
        ),
        (
            "crm: crm,",
            "crm: crm-kind,",
            "`crm` of its parameter `context`: expected the record `crm`, found the variant `crm-kind`",
        ),
        (
            "request: activity-request,\n  )",
            "request: activity-request, extra: string,\n  )",
            "its parameters: expected `(context, request)`, found `(context, request, extra)`",
        ),
        (
            "-> result<activity-page, failure>",
            "",
            "its result: expected `result<activity-page, failure>`, found nothing",
        ),
    ] {
        if expected.is_empty() {
            let changed = interface(|text| text.replace(from, to));
            assert!(inspect(&component(&[&changed], SUMMARY)).is_ok(), "a type that nothing uses is no difference");
            continue;
        }
        assert_eq!(refusal_after(from, to), format!("{prefix}{expected}"));
    }
}

#[test]
fn a_function_that_is_missing_is_named() {
    let changed = interface(|text| text.replace("  skills: func() -> list<skill>;", ""));

    let refusal = refusal(&component(&[&changed], "export insight:provider/chat@1.0.0;"));

    assert_eq!(refusal, "it exports `insight:provider/chat@1.0.0` without the function `skills`: implement that too");
}

#[test]
fn all_that_does_not_fit_is_told_at_once() {
    let changed =
        interface(|text| text.replace("items: list<activity>,", "").replace("  skills: func() -> list<skill>;", ""));

    let refusal = refusal(&component(&[&changed], &format!("{SUMMARY} export insight:provider/chat@1.0.0;")));

    assert_eq!(refusal.lines().count(), 2, "{refusal}");
}

#[test]
fn imports_that_nobody_gives_are_named_with_the_remedy() {
    let ours = interface(|text| text);
    for (package, import, expected) in [
        (
            "package wasi:http@0.2.6; interface incoming-handler { handle: func(); }",
            "import wasi:http/incoming-handler@0.2.6;",
            "it imports `wasi:http/incoming-handler@0.2.6`: send requests by `insight:provider/http-client`",
        ),
        (
            "package wasi:io@0.3.0; interface poll { block: func(); }",
            "import wasi:io/poll@0.3.0;",
            "it imports `wasi:io/poll@0.3.0`: build it for WASI 0.2",
        ),
        (
            "package wasi:nn@0.2.0; interface graph { load: func(); }",
            "import wasi:nn/graph@0.2.0;",
            "it imports `wasi:nn/graph@0.2.0`: build without it",
        ),
        (
            "package fabrikam:db; interface query { run: func(); }",
            "import fabrikam:db/query;",
            "it imports `fabrikam:db/query`: leave it out of the plugin's world",
        ),
        (
            "package unused:unused;",
            "import now: func() -> u64;",
            "it imports `now`: leave it out of the plugin's world",
        ),
    ] {
        let refusal = refusal(&component(&[&ours, package], &format!("{SUMMARY} {import}")));
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}

#[test]
fn a_refusal_stays_short_however_long_the_names_are() {
    let long = "a".repeat(50_000);
    let interfaces: String = (0..50).map(|index| format!("interface i{index}-{long} {{ f: func(); }}")).collect();
    let imports: String = (0..50).map(|index| format!("import fabrikam:db/i{index}-{long};")).collect();
    let package = format!("package fabrikam:db; {interfaces}");

    let refusal = refusal(&component(&[&interface(|text| text), &package], &format!("{SUMMARY} {imports}")));

    assert!(refusal.ends_with("and 42 more"));
    assert!(refusal.len() < 8_000, "{}", refusal.len());
}

#[test]
fn an_interface_without_code_is_no_plugin() {
    let mut resolve = Resolve::default();
    let package = resolve.push_source("ours.wit", &interface(|text| text)).expect("it is valid");
    let encoded = wit_component::encode(&resolve, package).expect("it can be encoded");

    assert_eq!(inspect(&encoded), Err(ComponentRejected::InterfaceOnly));
}
