//! Lists the files of `sdk/templates`, so that the binary holds what `insight-host new` writes.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders that tools write where a template is built in place.
const BUILT: [&str; 5] = [".venv", "__pycache__", "build", "node_modules", "target"];

fn main() -> io::Result<()> {
    let root = std::path::absolute(Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/templates"))?;
    let mut list = String::from("&[\n");
    walk(&root, &root, false, &mut list)?;
    list.push(']');
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(out.join("templates.rs"), list)
}

/// Appends the files below `folder`, in order of their names, and watches them. Returns whether tools have written
/// there.
fn walk(root: &Path, folder: &Path, mut linked: bool, list: &mut String) -> io::Result<bool> {
    linked |= folder.is_symlink();
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut is_built = false;
    for path in entries {
        if path.file_name().is_some_and(|name| BUILT.iter().any(|built| name == *built)) {
            is_built = true;
        } else if path.is_dir() {
            is_built |= walk(root, &path, linked, list)?;
        } else {
            let name = path.strip_prefix(root).map_err(io::Error::other)?;
            // As `new` looks for it, on every system.
            let name = name.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            let _ = writeln!(
                list,
                "TemplateFile {{ path: {name:?}, content: include_bytes!({path:?}), linked: {linked} }},"
            );
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    // Cargo looks at all below a folder, and what tools write must cause no build of the host.
    if !is_built {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    Ok(is_built)
}
