//! Files that are not valid plugins, among them rows 15 and 16 of the catalogue of hostile plugins: each is rejected
//! with instructions for its author, and the host keeps serving.

use std::fs;

use insight_tests::{CoreGuest, Setup, dummy_component};

use crate::{UNDER_TEST, host};

/// Returns the host's error for `component`, which it must not serve.
fn refusal(component: &[u8]) -> String {
    refusal_by(host(), component)
}

/// Returns the error for `component` of a host with this setup. It must serve the neighbour all the same.
fn refusal_by(setup: Setup, component: &[u8]) -> String {
    let host = setup.guest("well").component("plugin", component).start();

    let line = host.logged("plugin not served");
    assert!(line.contains("plugin=plugin"), "{line}");
    assert_eq!(host.ask("plugin", "1").status, 404);
    assert_eq!(host.ask("well", "1").status, 200);
    line
}

/// Asserts that the host's error for a component contains `expected`.
fn assert_says(component: &[u8], expected: &str) {
    let line = refusal(component);
    assert!(line.contains(expected), "`{expected}` is not in: {line}");
}

/// Returns the guest `well`.
fn well() -> Vec<u8> {
    fs::read(UNDER_TEST.guest("well")).expect("it is built")
}

#[test]
fn an_empty_file_is_told() {
    assert_says(b"", "the file is empty: was its build interrupted?");
}

#[test]
fn row_16_a_core_module_is_told_with_how_to_build_a_component() {
    let module = wat::parse_str("(module)").expect("it is valid");

    assert_says(&module, "it is a core module, not a component: build it with `--target wasm32-wasip2`");
}

#[test]
fn row_16_a_program_for_the_machine_is_told_as_what_it_is() {
    assert_says(b"\x7fELF\x02\x01\x01\0", "it is a program or library for Linux (ELF), not WebAssembly");
}

#[test]
fn row_16_an_archive_is_told_as_what_it_is() {
    assert_says(b"PK\x03\x04\x14\0\0\0", "it is a zip archive, not WebAssembly");
}

#[test]
fn row_16_a_component_compiled_by_somebody_else_is_never_run() {
    assert_says(b"\x7fELF\x02\x01\x01\0.wasmtime.engine", "it is already compiled (a `.cwasm`)");
}

#[test]
fn row_16_a_truncated_component_is_told() {
    let well = well();

    assert_says(&well[..well.len() / 2], "it is truncated: was the copy interrupted?");
}

#[test]
fn row_16_a_header_that_is_cut_short_is_told() {
    assert_says(b"\0asm\x0d\0", "it is truncated: was the copy interrupted?");
}

#[test]
fn a_component_of_a_refused_proposal_is_told_what_to_build_without() {
    let guest = CoreGuest::running("unreachable").field("(tag)").field("(func return_call 0)");

    let line = refusal(&guest.component());

    for part in ["it uses WebAssembly exceptions", "-fno-exceptions", "it uses tail calls", "-mno-tail-call"] {
        assert_eq!(line.matches(part).count(), 1, "{part}: {line}");
    }
}

#[test]
fn a_component_past_a_limit_of_the_engine_is_told_once_in_our_words() {
    let guest = CoreGuest::running("unreachable").field("(table 25000 funcref)");

    let line = refusal(&guest.component());

    assert_eq!(line.matches("25000 elements, and this host runs 20000 at most").count(), 1, "{line}");
    assert!(!line.contains("pooling allocator"), "{line}");
}

#[test]
fn a_component_above_its_limit_of_memory_is_told_the_setting() {
    let settings = "[plugins.plugin.limits]\nmemory = \"512KiB\"\n";

    let line = refusal_by(host().settings(settings), &well());

    assert!(line.contains("of memory, but its limit is 512.0 KiB (the operator may raise `limits.memory`"), "{line}");
}

#[test]
fn row_16_a_component_with_a_section_of_no_known_kind_is_told_with_the_place() {
    let mut malformed = well();
    malformed.extend([99, 1, 0]);

    assert_says(&malformed, "it is not a valid component: ");
}

#[test]
fn row_16_a_component_of_another_major_version_is_told_which_one_is_served() {
    let next = dummy_component(
        "package contoso:hub;
         world it { export insight:provider/record-summary@2.0.0; }
         package insight:provider@2.0.0 { interface record-summary { answer: func() -> string; } }",
    );

    assert_says(&next, "it exports `insight:provider/record-summary@2.0.0`, but this host serves version 1.0");
}

#[test]
fn a_function_of_another_type_is_told_with_what_was_expected_and_what_was_found() {
    // A later minor version may not change a type, but this one does.
    let mistyped = dummy_component(
        "package contoso:hub;
         world it { export insight:provider/record-summary@1.9.0; }
         package insight:provider@1.9.0 {
             interface record-summary {
                 use insight:provider/insight-types@1.0.0.{call-context};
                 use insight:provider/record-summary@1.0.0.{activity-request};
                 answer: func(context: call-context, request: activity-request) -> u64;
             }
         }",
    );

    let line = refusal(&mistyped);

    assert!(line.contains("`insight:provider/record-summary@1.9.0#answer` has another type"), "{line}");
    assert!(line.contains("expected `result<activity-page, failure>`, found `u64`"), "{line}");
}

#[test]
fn a_capability_without_one_of_its_functions_is_told_which_one() {
    let incomplete = dummy_component(
        "package contoso:hub;
         world it { export insight:provider/record-details@1.9.0; }
         package insight:provider@1.9.0 { interface record-details { other: func(); } }",
    );

    assert_says(&incomplete, "it exports `insight:provider/record-details@1.9.0` without the function `answer`");
}

#[test]
fn row_16_a_component_that_exports_nothing_of_ours_is_told_what_it_could_export() {
    let foreign = dummy_component("package contoso:hub; world it { export ping: func(); }");

    assert_says(&foreign, "it implements no capability. It exports `ping`, but must export at least one of");
}

#[test]
fn an_import_of_ours_that_does_not_exist_is_told() {
    let ahead = dummy_component(
        "package contoso:hub;
         world it {
             import insight:provider/horoscope@1.9.0;
             export insight:provider/record-summary@1.0.0;
         }
         package insight:provider@1.9.0 { interface horoscope { today: func() -> string; } }",
    );

    assert_says(&ahead, "it imports `insight:provider/horoscope@1.9.0`, which needs a host of 1.9");
}

#[test]
fn row_15_an_import_that_nobody_gives_is_told_with_what_to_use_instead() {
    let imports_http = dummy_component(
        "package contoso:hub;
         world it {
             import wasi:http/incoming-handler@0.2.6;
             export insight:provider/record-summary@1.0.0;
         }
         package wasi:http@0.2.6 { interface incoming-handler { handle: func(); } }",
    );

    assert_says(&imports_http, "it imports `wasi:http/incoming-handler@0.2.6`: send requests by");
}

#[test]
fn what_a_component_calls_its_exports_cannot_forge_a_line_of_the_log() {
    let mut forged = dummy_component("package contoso:hub; world it { export forged-line: func(); }");
    let name = b"forged-line";
    for at in 0..forged.len() - name.len() {
        if forged[at..].starts_with(name) {
            forged[at..][..name.len()].copy_from_slice(b"forged\nline");
        }
    }

    let line = refusal(&forged);

    assert!(line.contains(r"export name `forged\u{a}line` is not a valid"), "{line}");
}

#[test]
fn a_component_that_fails_to_prepare_is_told_in_its_own_words() {
    let prepares = fs::read(UNDER_TEST.guest("prepares")).expect("it is built");

    let line = refusal_by(host().author("plugin", "[config]\ninit = \"fails\""), &prepares);

    assert!(line.contains("the price list is missing"), "{line}");
}

#[test]
fn a_component_above_the_size_of_the_settings_is_not_even_read() {
    let large = [well(), vec![0; 2 << 20]].concat();

    let line = refusal_by(host().settings("[compile]\ncomponent-size = \"1MiB\""), &large);

    assert!(line.contains("more than the 1.0 MiB it may have"), "{line}");
}

#[test]
fn row_16_a_component_that_takes_too_long_to_compile_is_told() {
    let many = CoreGuest::running("unreachable").field(&"(func (drop (i32.const 1)))".repeat(100_000));

    let line = refusal_by(host().settings("[compile]\ntime = \"1s\""), &many.component());

    assert!(line.contains("compiling took more than 1s: is the component meant to be this large?"), "{line}");
}

#[test]
fn row_16_a_function_of_a_million_locals_is_refused() {
    let guest = CoreGuest::running("unreachable").component();
    let module = locals_of(1_000_000);

    assert_says(&embedded(&guest, &module), "too many locals");
}

#[test]
fn row_16_fifty_megabytes_of_nops_are_refused() {
    let guest = CoreGuest::running("unreachable").component();
    let mut nops = vec![0x01; 50 << 20];
    nops.push(0x0b);

    assert_says(&embedded(&guest, &function(&[&[0], nops.as_slice()].concat())), "it is not a valid component: ");
}

#[test]
fn row_16_components_nested_a_thousand_deep_are_refused() {
    let nested = nested(1_000);
    let component = [well().as_slice(), &[4], &leb(nested.len()), &nested].concat();

    assert_says(&component, "it nests components more than 32 deep");
}

#[test]
fn row_16_components_nested_so_deep_that_reading_them_would_take_minutes_are_refused_at_once() {
    let line = refusal_by(host().settings("[compile]\ntime = \"1s\""), &nested(100_000));

    assert!(line.contains("it nests components more than 32 deep"), "{line}");
}

/// Creates nested components.
fn nested(levels: usize) -> Vec<u8> {
    const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";
    // Each level is a header and one section; the innermost is a header.
    let length = |levels: usize| HEADER.len() + levels * (HEADER.len() + 5);
    let around = (0..levels).rev().flat_map(|within| [HEADER, &[4], &leb(length(within))].concat());
    around.chain(HEADER.iter().copied()).collect()
}

/// Adds an unused core module to a component.
fn embedded(component: &[u8], module: &[u8]) -> Vec<u8> {
    [component, &[1], &leb(module.len()), module].concat()
}

/// Creates a module of one function with this number of locals.
fn locals_of(count: usize) -> Vec<u8> {
    function(&[&[1], leb(count).as_slice(), &[0x7f, 0x0b]].concat())
}

/// Creates a module of one function with this body.
fn function(body: &[u8]) -> Vec<u8> {
    let code = [&[1], leb(body.len()).as_slice(), body].concat();
    let types_and_functions = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10];
    [b"\0asm\x01\0\0\0", types_and_functions.as_slice(), &leb(code.len()), &code].concat()
}

/// Encodes a number of up to 28 bits in LEB128 of four bytes.
fn leb(number: usize) -> [u8; 4] {
    let group = |index: usize| u8::try_from(number >> (7 * index) & 0x7f).expect("seven bits");
    [group(0) | 0x80, group(1) | 0x80, group(2) | 0x80, group(3)]
}
