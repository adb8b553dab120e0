//! Reading of ZIP archives within bounds.
//!
//! Only what importers agree on is read: stored and deflated entries, without encryption, of one volume and of less
//! than 4 GiB. What an archive's directory says of an entry must be what stands before the entry's data, as readers
//! differ in which of the two they trust. The bytes of all entries together are bounded, whatever sizes are stated.

use std::io::Read;
use std::ops::Range;

use flate2::read::DeflateDecoder;

use super::super::Rule;
use super::files::{AgentFiles, LARGEST_FILE, LARGEST_PACKAGE, MOST_FILES};

/// The signatures of an entry's header, of its place in the directory, and of the directory's end.
const LOCAL: &[u8] = b"PK\x03\x04";
const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The bytes of these without names, fields and comments.
const LOCAL_SIZE: usize = 30;
const ENTRY_SIZE: usize = 46;
const END_SIZE: usize = 22;

/// The flags of encrypted entries, strongly encrypted ones, and names in UTF-8.
const ENCRYPTED: u16 = 1 | (1 << 6);
const UTF8: u16 = 1 << 11;

/// The kind of a link in a file's mode, and the bits of the kind.
const LINK: u32 = 0o120_000;
const KIND: u32 = 0o170_000;

/// The place of an entry in the directory.
struct ArchiveEntry<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    checksum: u32,
    packed: usize,
    unpacked: u64,
    offset: usize,
    is_link: bool,
}

/// Reads the entries of an archive into `files`, with what is wrong with it.
pub(super) fn read(archive: &[u8], files: &mut AgentFiles) {
    let entries = match directory(archive) {
        Ok(entries) => entries,
        Err((rule, what)) => return files.flaw(rule, "", what),
    };
    let mut taken: Vec<Range<usize>> = Vec::new();
    for entry in entries {
        let name = String::from_utf8_lossy(entry.name).into_owned();
        // A folder has no content.
        if name.ends_with('/') && entry.unpacked == 0 {
            continue;
        }
        if entry.flags & UTF8 == 0 && !entry.name.is_ascii() || name.contains('\u{fffd}') {
            files.flaw(Rule::PackagePath, &name, "its name is not in UTF-8");
        } else if entry.is_link {
            files.flaw(Rule::PackagePath, &name, "it is a link");
        } else {
            match content(archive, &entry, &mut taken, LARGEST_PACKAGE - files.size()) {
                Ok(content) => files.add(&name, content),
                Err((rule, what)) => files.flaw(rule, &name, what),
            }
        }
    }
}

/// A flaw of an archive.
type Flawed = (Rule, &'static str);

const DAMAGED: Flawed = (Rule::PackageArchive, "it is damaged");

/// Reads the directory.
fn directory(archive: &[u8]) -> Result<Vec<ArchiveEntry<'_>>, Flawed> {
    // A comment of at most 64 KiB may follow.
    let earliest = archive.len().saturating_sub(END_SIZE + usize::from(u16::MAX));
    let ends = (earliest..=archive.len().saturating_sub(END_SIZE)).rev();
    let end = ends.into_iter().find(|&at| archive[at..].starts_with(END)).ok_or(DAMAGED)?;
    let end = &archive[end..];
    let count = usize::from(half(end, 10)?);
    if half(end, 4)? != 0 || half(end, 6)? != 0 || half(end, 8)? != half(end, 10)? {
        return Err((Rule::PackageArchive, "it is one of several volumes"));
    }
    let begin = whole(end, 16)?;
    if count == usize::from(u16::MAX) || begin == u32::MAX {
        return Err((Rule::PackageArchive, "it is a ZIP64 archive"));
    }
    if count > MOST_FILES {
        return Err((Rule::PackageOversized, "it has more than 500 files"));
    }
    let mut rest = archive.get(begin as usize..).ok_or(DAMAGED)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        if !rest.starts_with(ENTRY) {
            return Err(DAMAGED);
        }
        let (name, extra, comment) = (half(rest, 28)?, half(rest, 30)?, half(rest, 32)?);
        let is_unix = rest.get(5) == Some(&3);
        entries.push(ArchiveEntry {
            name: rest.get(ENTRY_SIZE..ENTRY_SIZE + usize::from(name)).ok_or(DAMAGED)?,
            flags: half(rest, 8)?,
            method: half(rest, 10)?,
            checksum: whole(rest, 16)?,
            packed: whole(rest, 20)? as usize,
            unpacked: whole(rest, 24)?.into(),
            offset: whole(rest, 42)? as usize,
            is_link: is_unix && (whole(rest, 38)? >> 16) & KIND == LINK,
        });
        let size = ENTRY_SIZE + usize::from(name) + usize::from(extra) + usize::from(comment);
        rest = rest.get(size..).ok_or(DAMAGED)?;
    }
    Ok(entries)
}

/// Unpacks an entry, to at most `room` bytes.
fn content(
    archive: &[u8],
    entry: &ArchiveEntry<'_>,
    taken: &mut Vec<Range<usize>>,
    room: u64,
) -> Result<Vec<u8>, Flawed> {
    if entry.flags & ENCRYPTED != 0 {
        return Err((Rule::PackageArchive, "it is encrypted"));
    }
    let header = archive.get(entry.offset..).filter(|header| header.starts_with(LOCAL)).ok_or(DAMAGED)?;
    let (name, extra) = (usize::from(half(header, 26)?), usize::from(half(header, 28)?));
    if header.get(LOCAL_SIZE..LOCAL_SIZE + name) != Some(entry.name) || half(header, 8)? != entry.method {
        return Err((Rule::PackageArchive, "its header and the directory of the archive disagree"));
    }
    let begin = LOCAL_SIZE + name + extra;
    let packed = header.get(begin..begin + entry.packed).ok_or(DAMAGED)?;
    let place = entry.offset..entry.offset + begin + entry.packed;
    if taken.iter().any(|other| other.start < place.end && place.start < other.end) {
        return Err((Rule::PackageArchive, "it overlaps another file"));
    }
    taken.push(place);
    let most = room.min(LARGEST_FILE);
    let mut content = Vec::new();
    let unpacked = match entry.method {
        0 => packed.take(most + 1).read_to_end(&mut content),
        8 => DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut content),
        _ => return Err((Rule::PackageArchive, "it is compressed by another method than deflate")),
    };
    unpacked.map_err(|_| DAMAGED)?;
    if content.len() as u64 > most {
        return Err((Rule::PackageOversized, "it unpacks to more than is read"));
    }
    if content.len() as u64 != entry.unpacked || crc32fast::hash(&content) != entry.checksum {
        return Err((Rule::PackageArchive, "its content does not have the size or checksum that is stated"));
    }
    Ok(content)
}

fn half(bytes: &[u8], at: usize) -> Result<u16, Flawed> {
    bytes.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes).ok_or(DAMAGED)
}

fn whole(bytes: &[u8], at: usize) -> Result<u32, Flawed> {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes).ok_or(DAMAGED)
}
