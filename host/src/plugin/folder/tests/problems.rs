//! Tests of the problems of a folder that concern no plugin.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn files_that_resemble_plugins_are_named_with_the_reason_why_they_are_ignored() {
    let (dir, folder) = plugins();
    for name in ["tailspin.WASM", "northwind.wasm.gz", "adatum.cwasm", "fabrikam.TOML", "wingtip.dev.toml"] {
        write(&dir, name, EMPTY);
    }
    fs::create_dir(dir.path().join("release")).expect("it is ours");
    write(&dir, "release/woodgrove.wasm", EMPTY);
    write(&dir, "release/Contoso_Hub.WASM", EMPTY);
    write(&dir, "release/notes.txt", b"");

    let snapshot = folder.scan();

    let problems: Vec<String> = snapshot.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "`adatum.cwasm`: it is already compiled: give the `.wasm` that it was made from",
            "`fabrikam.TOML`: its ending must be in lower case: `.toml`",
            "`northwind.wasm.gz`: it is compressed: unpack it",
            "`release/Contoso_Hub.WASM`: it is in a subfolder; only files directly in the plugin folder are served",
            "`release/woodgrove.wasm`: it is in a subfolder; only files directly in the plugin folder are served",
            "`tailspin.WASM`: its ending must be in lower case: `.wasm`",
            "`wingtip.dev.toml`: it is for development alone and may hold secrets: remove it",
        ]
    );
    assert!(snapshot.providers.is_empty());
}

#[test]
fn a_folder_of_something_else_is_told_of_in_few_problems() {
    let (dir, folder) = plugins();
    for number in 0..120 {
        write(&dir, &format!("{number:03}.WASM"), EMPTY);
    }

    let snapshot = folder.scan();

    assert_eq!(snapshot.problems.len(), 101);
    assert_eq!(snapshot.problems[100].reason, "there are 20 more problems");
}

#[test]
fn a_component_that_others_may_write_to_is_told_of_unless_they_cannot_enter_its_folder() {
    let (dir, folder) = plugins();
    write(&dir, "hub.wasm", EMPTY);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    set(dir.path(), 0o700);
    set(&dir.path().join("hub.wasm"), 0o666);
    assert_eq!(folder.scan().problems, [], "the folder is for its owner alone");

    set(dir.path(), 0o755);

    let problems = folder.scan().problems;
    assert_eq!((problems[0].kind, problems[0].file.as_str()), (ProblemKind::Exposed, "hub.wasm"));
}
