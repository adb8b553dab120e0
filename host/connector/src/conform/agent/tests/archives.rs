//! Faults of archives, and of files that do not belong into one.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::super::super::Rule;
use super::super::AgentFiles;
use crate::zip;

/// The places of parts of the first entry, in its header and in the directory.
const FLAGS: [usize; 2] = [6, 8];
const METHOD: [usize; 2] = [8, 10];
const CHECKSUM: [usize; 2] = [14, 16];
const PACKED: [usize; 2] = [18, 20];
const UNPACKED: [usize; 2] = [22, 24];

/// Returns the rules that the faults below break.
pub(super) fn expected() -> impl Iterator<Item = Rule> {
    [Rule::PackageArchive, Rule::PackagePath, Rule::PackageRepeats, Rule::PackageOversized].into_iter()
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<_> = files.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect();
    zip::archive(&files)
}

/// Writes a value into the header of the first entry and into its place in the directory.
fn patch(archive: &mut [u8], places: [usize; 2], value: &[u8]) {
    let end = archive.len() - 22;
    let directory = u32::from_le_bytes(archive[end + 16..end + 20].try_into().expect("four bytes")) as usize;
    for begin in [places[0], directory + places[1]] {
        archive[begin..begin + value.len()].copy_from_slice(value);
    }
}

/// Returns an archive of one file that is deflated.
fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory can be written");
    let packed = encoder.finish().expect("memory can be written");
    let mut archive = archive(&[("a.json", &packed)]);
    patch(&mut archive, METHOD, &8_u16.to_le_bytes());
    patch(&mut archive, CHECKSUM, &crc32fast::hash(content).to_le_bytes());
    patch(&mut archive, UNPACKED, &u32::try_from(content.len()).expect("it is small").to_le_bytes());
    archive
}

fn flaws(archive: &[u8]) -> Vec<(Rule, String)> {
    let files = AgentFiles::of_archive(archive);
    files.flaws.into_iter().map(|(rule, file, what)| (rule, format!("{file}: {what}"))).collect()
}

#[test]
fn stored_and_deflated_files_are_read() {
    let files = AgentFiles::of_archive(&deflated(b"{\"a\": 1}"));
    assert_eq!(files.files["a.json"], b"{\"a\": 1}");

    let files = AgentFiles::of_archive(&archive(&[("a.json", b"1"), ("cards/b.json", b"2"), ("cards/", b"")]));
    assert_eq!(files.files.keys().collect::<Vec<_>>(), ["a.json", "cards/b.json"]);
    assert!(files.flaws.is_empty());
}

#[test]
fn an_archive_that_importers_do_not_read_is_told() {
    let good = || archive(&[("a.json", b"{}")]);
    let with = |places, value: &[u8]| {
        let mut archive = good();
        patch(&mut archive, places, value);
        archive
    };
    let mut disagreeing = good();
    disagreeing[30] = b'b';
    let mut several = good();
    let disk = several.len() - 18;
    several[disk] = 1;
    for (name, archive) in [
        ("encrypted", with(FLAGS, &[1, 8])),
        ("another method", with(METHOD, &[9, 0])),
        ("wrong checksum", with(CHECKSUM, &[1, 2, 3, 4])),
        ("wrong size", with(UNPACKED, &[3, 0, 0, 0])),
        ("beyond the end", with(PACKED, &[0, 0, 1, 0])),
        ("header and directory disagree", disagreeing),
        ("several volumes", several),
        ("cut", good()[..60].to_vec()),
        ("no archive", b"PK\x03\x04".to_vec()),
    ] {
        let flaws = flaws(&archive);
        assert!(flaws.iter().any(|(rule, _)| *rule == Rule::PackageArchive), "{name}: {flaws:?}");
    }
}

#[test]
fn a_path_that_leads_elsewhere_is_refused() {
    for path in ["../a.json", "/a.json", "a/../../b.json", "a\\b.json", "c:a.json", "a//b.json", "./a.json", "a\nb"] {
        let files = AgentFiles::of_archive(&archive(&[(path, b"{}")]));

        assert!(files.files.is_empty(), "{path:?}");
        assert_eq!(files.flaws[0].0, Rule::PackagePath, "{path:?}");
    }
}

#[test]
fn two_files_of_one_name_are_refused() {
    for names in [["a.json", "a.json"], ["a.json", "A.JSON"]] {
        let flaws = flaws(&archive(&[(names[0], b"{}"), (names[1], b"[]")]));

        assert!(matches!(flaws.as_slice(), [(Rule::PackageRepeats, _)]), "{flaws:?}");
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0; 12 << 20];
    let bomb = deflated(&zeros);
    assert!(bomb.len() < 64 << 10);
    let mut lying = bomb.clone();
    patch(&mut lying, UNPACKED, &[16, 0, 0, 0]);

    for archive in [bomb, lying] {
        let files = AgentFiles::of_archive(&archive);

        assert_eq!(files.flaws[0].0, Rule::PackageOversized);
        assert!(files.files.is_empty());
    }
}

#[test]
fn files_that_share_their_bytes_are_refused() {
    let mut archive = archive(&[("a.json", b"{}"), ("b.json", b"{}")]);
    let end = archive.len() - 22;
    let directory = u32::from_le_bytes(archive[end + 16..end + 20].try_into().expect("four bytes")) as usize;
    // The second entry of the directory has the name and the place of the first.
    let (one, size) = (directory, 46 + 6);
    let entry = archive[one..one + size].to_vec();
    archive[one + size..one + 2 * size].copy_from_slice(&entry);

    let flaws = flaws(&archive);

    assert!(matches!(flaws.as_slice(), [(Rule::PackageArchive, what)] if what.contains("overlaps")), "{flaws:?}");
}

#[test]
fn too_many_files_are_not_read() {
    let names: Vec<String> = (0..501).map(|number| format!("{number}.json")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"{}"[..])).collect();

    assert!(matches!(flaws(&archive(&files)).as_slice(), [(Rule::PackageOversized, _)]));
}

#[test]
fn any_bytes_are_an_archive_or_have_a_flaw() {
    let good = archive(&[("a.json", b"{}"), ("b.json", b"[]")]);
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut broken = good.clone();
            broken[at] ^= 1 << bit;
            let files = AgentFiles::of_archive(&broken);
            assert!(files.files.len() <= 2);
        }
        AgentFiles::of_archive(&good[..at]);
    }
}

#[test]
fn a_link_in_a_folder_is_not_followed() {
    let dir = tempfile::TempDir::new().expect("a folder");
    std::fs::write(dir.path().join("manifest.json"), "{}").expect("the folder is ours");
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("secret.json")).expect("the folder is ours");

    let files = AgentFiles::read(dir.path()).expect("it is a folder");

    assert_eq!(files.files.keys().collect::<Vec<_>>(), ["manifest.json"]);
    assert_eq!(files.flaws, [(Rule::PackagePath, "secret.json".to_owned(), "it is a link".to_owned())]);
}
