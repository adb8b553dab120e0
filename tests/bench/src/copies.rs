//! Copies of a plugin that are plugins of their own.

use std::fs;
use std::path::{Path, PathBuf};

/// Name of the section by which copies differ.
const SECTION: &[u8] = b"copy";

/// Returns the name of a copy.
pub(crate) fn name(number: usize) -> String {
    format!("copy-{number:04}")
}

/// Writes so many copies into a folder, unless they are there. Each has a section of its own, and so a digest of its
/// own: the host compiles and keeps each by itself, as it does with different plugins.
///
/// # Errors
///
/// Fails if they cannot be written.
pub(crate) fn write(component: &Path, folder: &Path, count: usize) -> Result<PathBuf, String> {
    let folder = folder.join(format!("copies-{count}"));
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let original = fs::read(component).map_err(|error| format!("{}: {error}", component.display()))?;
    fs::create_dir_all(&folder).map_err(failed)?;
    for number in 0..count {
        let path = folder.join(format!("{}.wasm", name(number)));
        let copy = marked(&original, number);
        if fs::read(&path).ok().as_ref() != Some(&copy) {
            fs::write(&path, copy).map_err(failed)?;
        }
    }
    Ok(folder)
}

/// Appends a custom section with a number, which no engine reads.
fn marked(component: &[u8], number: usize) -> Vec<u8> {
    const CUSTOM: u8 = 0;

    let number = name(number);
    let name_length = u8::try_from(SECTION.len()).expect("the name is short");
    let length = u8::try_from(1 + SECTION.len() + number.len()).expect("both are short");
    // Lengths below 128 are one byte in LEB128.
    [component, &[CUSTOM, length, name_length], SECTION, number.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_one_more_section_with_its_number() {
        let copy = marked(b"\0asm....", 7);

        assert_eq!(copy, b"\0asm....\0\x0e\x04copycopy-0007");
        assert_ne!(copy, marked(b"\0asm....", 8));
    }
}
