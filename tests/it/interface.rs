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

    let sums = ["wit/1.0", "sdk/js/interface", "sdk/js/interface/interfaces"].map(|folder| sums(root, folder)).concat();

    assert_eq!(sums, TYPES, "\nsdk/js/interface is of another interface: make it again by tests/toolchains/types.sh");
}

/// Limits that the interface states: its file and words, and the file and line of the code that holds to them.
const LIMITS: [(&str, &str, &str, &str); 48] = [
    ("provider", "5,000,000,000 units of fuel", "engine/src/limits.rs", "NonZeroU64::new(5_000_000_000)"),
    ("insight-types", "never more than 4,250", "engine/src/limits.rs", "Duration::from_millis(4_250)"),
    ("insight-types", "8 MiB together", "src/http/settings.rs", "body: ByteSize::mib(8),"),
    ("http-client", "at most 64 KiB", "egress/src/client.rs", "RESPONSE_HEAD: usize = 64 << 10;"),
    ("about", "at most 20 characters", "contract/src/profile.rs", "LONGEST_PARTNER_NAME: usize = 20;"),
    ("about", "at most 500 characters", "contract/src/profile.rs", "LONGEST_TEXT: usize = 500;"),
    ("about", "at most 64.", "contract/src/profile.rs", "MOST_LANGUAGES: usize = 64;"),
    ("about", "at most 256 KiB", "contract/src/profile.rs", "LARGEST_ICON: usize = 256 << 10;"),
    ("chat", "Lists the skills, at most 64.", "contract/src/skill.rs", "MOST_SKILLS: usize = 64;"),
    ("chat", "at most 32 parameters", "contract/src/skill.rs", "MOST_PARAMETERS: usize = 32;"),
    ("chat", "1 to 64 characters, unique", "contract/src/skill.rs", "LONGEST_NAME: usize = 64;"),
    ("chat", "1 to 128 characters", "contract/src/skill.rs", "LONGEST_SKILL_TITLE: usize = 128;"),
    ("chat", "in 1 to 2,000 characters", "contract/src/skill.rs", "LONGEST_DESCRIPTION: usize = 2_000;"),
    ("chat", "1 to 100 texts of 1 to 256 characters", "contract/src/skill.rs", "MOST_CHOICES: usize = 100;"),
    ("chat", "1 to 100 texts of 1 to 256 characters", "contract/src/skill.rs", "LONGEST_CHOICE: usize = 256;"),
    ("chat", "at most 10,000 characters", "contract/src/chat_answer.rs", "LONGEST_TEXT: usize = 10_000;"),
    ("chat", "at most 64 KiB and 10,000 values", "contract/src/chat_answer.rs", "LARGEST_DATA: usize = 64 << 10;"),
    ("chat", "at most 64 KiB and 10,000 values", "contract/src/chat_answer.rs", "MOST_VALUES: usize = 10_000;"),
    ("chat", "order to show: at most 50.", "engine/src/bindings/v1/reply.rs", "MOST_CARDS: usize = 50;"),
    ("chat", "at most 256 characters", "contract/src/card.rs", "LONGEST_CARD_LINE: usize = 256;"),
    ("chat", "at most 64 characters. If none", "contract/src/card.rs", "LONGEST_LABEL: usize = 64;"),
    ("chat", "at most 40 KiB", "engine/src/limits.rs", "card: ByteSize::kib(40),"),
    ("chat", "at most 230 characters", "contract/src/card/layout.rs", "LONGEST_TEXT: usize = 230;"),
    ("chat", "at most ten", "contract/src/card/layout.rs", "MOST_SECTIONS: usize = 10;"),
    ("chat", "at most 500 characters", "contract/src/card/layout.rs", "LONGEST_BULLET: usize = 500;"),
    ("http-client", "may send 32 requests", "egress/src/client/usage.rs", "REQUESTS: u32 = 32;"),
    ("http-client", "six run side by side", "egress/src/client/usage.rs", "AT_ONCE: usize = 6;"),
    ("http-client", "at most 8 KiB", "egress/src/client/check.rs", "URL: usize = 8 << 10;"),
    ("http-client", "at most 100, of 32 KiB", "egress/src/client/check.rs", "HEADERS: usize = 100;"),
    ("http-client", "at most 100, of 32 KiB", "egress/src/client/check.rs", "HEADERS_SIZE: usize = 32 << 10;"),
    ("http-client", "at most 1 MiB, unless", "egress/src/client.rs", "request_body: ByteSize::mib(1),"),
    ("http-client", "At most 1 MiB, unless", "egress/src/client.rs", "response_body: ByteSize::mib(1),"),
    ("http-client", "in the order received: at most 100.", "egress/src/client.rs", "RESPONSE_HEADERS: usize = 100;"),
    ("insight-types", "at most 4,000, unless", "engine/src/limits.rs", "time: Duration::from_secs(4),"),
    ("insight-types", "at most 50, with names", "contract/src/properties.rs", "MOST: usize = 50;"),
    ("insight-types", "names of up to 256", "contract/src/properties.rs", "LONGEST_NAME: usize = 256;"),
    ("insight-types", "values of up to 2,048", "contract/src/properties.rs", "LONGEST_VALUE: usize = 2_048;"),
    ("insight-types", "1 to 16:", "contract/src/context/language.rs", "MOST_LANGUAGES: usize = 16;"),
    ("key-value", "at most 512 bytes", "egress/src/store/settings.rs", "key: ByteSize::b(512),"),
    ("key-value", "a value 64 KiB", "egress/src/store/settings.rs", "value: ByteSize::kib(64),"),
    ("key-value", "may do 100 operations", "egress/src/store/entries.rs", "OPERATIONS: u32 = 100;"),
    ("log", "1,000 entries", "engine/src/guest_log.rs", "ENTRIES: usize = 1_000;"),
    ("log", "keeps 4 KiB", "engine/src/guest_log.rs", "LINE: usize = 4 << 10;"),
    ("secrets", "at most 64 KiB", "egress/src/secrets/read.rs", "LONGEST: u64 = 64 << 10;"),
    ("provider", "one line of at most 4,096 characters", "contract/src/insight.rs", "LONGEST_TEXT: usize = 4_096;"),
    ("provider", "identifier has at most 512", "contract/src/insight.rs", "LONGEST_IDENTIFIER: usize = 512;"),
    ("record-summary", "1 to 100", "contract/src/request/window.rs", "MOST_TOP: u32 ="),
    ("record-summary", "0 to 10,000", "contract/src/request/window.rs", "MOST_SKIP: u32 = 10_000;"),
];

#[test]
fn the_limits_that_the_interface_states_are_those_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the project");
    let read = |path: String| fs::read_to_string(root.join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));

    for (interface, words, file, line) in LIMITS {
        let stated = read(format!("wit/1.0/{interface}.wit")).replace("///", " ");
        let stated: Vec<&str> = stated.split_whitespace().collect();
        assert!(stated.join(" ").contains(words), "{interface}.wit does not say `{words}`");
        assert!(read(format!("host/{file}")).contains(line), "{file} has no `{line}`, which {interface}.wit states");
    }
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
