//! The references from SECURITY.md to tests: each names a test that exists.

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_a_promise_names_is_there() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("it");
    let page = fs::read_to_string(tests.join("../../SECURITY.md")).expect("the page is there");
    // Between backquotes, as `file.rs::function`.
    let named: Vec<(&str, &str)> = page.split('`').filter_map(|quoted| quoted.split_once(".rs::")).collect();

    let missing = named.iter().filter(|(file, test)| {
        let code = fs::read_to_string(tests.join(file).with_extension("rs")).unwrap_or_default();
        !code.contains(&format!("\nfn {test}()"))
    });
    assert_eq!(missing.collect::<Vec<_>>(), [&("", ""); 0]);
    assert!(named.len() > 20, "only {} tests are named: are they still written so?", named.len());
}

#[test]
fn every_file_of_tests_that_a_promise_names_is_there() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("it");
    let page = fs::read_to_string(tests.join("../../SECURITY.md")).expect("the page is there");

    let files = page.split('`').filter(|quoted| quoted.ends_with(".rs"));
    let missing = files.filter(|file| match file.strip_suffix("/*.rs") {
        Some(folder) => !tests.join(folder).is_dir(),
        None => !tests.join(file).is_file(),
    });
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
}
