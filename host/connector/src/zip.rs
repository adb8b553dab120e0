//! ZIP archives of stored files, as Power Platform takes solutions.
//!
//! The same files make the same bytes: entries have no time of their own. Nothing is compressed, since the files are small.

use crc32fast::hash;

/// The signatures of a file's header, of its entry in the directory, and of the directory's end.
const LOCAL: u32 = 0x0403_4b50;
const ENTRY: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// The version of the format that readers need: 2.0.
const VERSION: u16 = 20;

/// The flag for names in UTF-8.
const UTF8: u16 = 1 << 11;

/// The first of January 1980, the earliest date that the format has.
const DATE: u16 = (1 << 5) | 1;

/// Builds the archive of `files`, each with its path, of which there are few and small ones.
pub(super) fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (path, content) in files {
        let offset = size(archive.len());
        let mut shared = Vec::new();
        for half in [VERSION, UTF8, 0, 0, DATE] {
            shared.extend(half.to_le_bytes());
        }
        for whole in [hash(content), size(content.len()), size(content.len())] {
            shared.extend(whole.to_le_bytes());
        }
        shared.extend(count(path.len()).to_le_bytes());
        shared.extend(0_u16.to_le_bytes());

        archive.extend(LOCAL.to_le_bytes());
        archive.extend(&shared);
        archive.extend(path.as_bytes());
        archive.extend(content);

        directory.extend(ENTRY.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&shared);
        // No comment, the first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(path.as_bytes());
    }
    let (begin, length, entries) = (size(archive.len()), size(directory.len()), count(files.len()));
    archive.extend(directory);
    archive.extend(END.to_le_bytes());
    archive.extend([0; 4]);
    archive.extend(entries.to_le_bytes());
    archive.extend(entries.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(begin.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("the files of a connector have a few MiB")
}

fn count(number: usize) -> u16 {
    u16::try_from(number).expect("the files of a connector are few, and their paths short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_archive_have_their_places() {
        let archive = archive(&[("a/b.txt".to_owned(), b"123456789".to_vec()), ("c".to_owned(), Vec::new())]);

        assert_eq!(archive[..4], *b"PK\x03\x04");
        // The checksum of these digits is the format's own example.
        assert_eq!(archive[14..18], 0xcbf4_3926_u32.to_le_bytes());
        let end = archive.len() - 22;
        assert_eq!(archive[end..end + 4], *b"PK\x05\x06");
        assert_eq!(archive[end + 10..end + 12], 2_u16.to_le_bytes());
        let begin = u32::from_le_bytes(archive[end + 16..end + 20].try_into().expect("four bytes"));
        assert_eq!(archive[begin as usize..][..4], *b"PK\x01\x02");
    }
}
