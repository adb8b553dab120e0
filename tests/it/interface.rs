//! The frozen interface to plugins, compared with its released checksum.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The output of `sha256sum` for the released interface.
const RELEASED: &str = include_str!("../data/wit-1.0.sha256");

/// The same for the types in TypeScript and the interface that they were made of.
const TYPES: &str = include_str!("../data/types.sha256");

#[test]
fn the_released_interface_is_as_it_was_released() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the project");

    assert_eq!(
        sums(root, "wit/1.0"),
        RELEASED,
        "\nwit/1.0 differs from what was released. Components in the field are built against it, comments and all, so \
         it is never edited: add a folder for the new version, and an adapter to `host/engine/src/bindings`.\n\
         Until the first tagged release a change is allowed if CHANGELOG.md lists it. Then accept it:\n\
         LC_ALL=C sha256sum wit/1.0/* > tests/data/wit-1.0.sha256"
    );
}

#[test]
fn the_types_for_typescript_are_made_of_this_interface() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the project");

    let sums = ["wit/1.0", "sdk/types", "sdk/types/interfaces"].map(|folder| sums(root, folder)).concat();

    assert_eq!(sums, TYPES, "\nsdk/types is of another interface: make it again by tests/toolchains/types.sh");
}

/// Returns the checksum of each file in `folder`, in order of their names, in the format of `sha256sum`.
fn sums(root: &Path, folder: &str) -> String {
    let files = fs::read_dir(root.join(folder)).expect("the folder is there");
    let files = files.map(|file| file.expect("it can be listed")).filter(|file| file.path().is_file());
    let mut names: Vec<_> = files.map(|file| file.file_name()).collect();
    names.sort();

    let mut sums = String::new();
    for name in names {
        let path = Path::new(folder).join(name);
        for byte in Sha256::digest(fs::read(root.join(&path)).expect("it can be read")) {
            let _ = write!(sums, "{byte:02x}");
        }
        let _ = writeln!(sums, "  {}", path.display());
    }
    sums
}
