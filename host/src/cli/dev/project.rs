//! The author's project: the sources that are watched, and the plugins that it builds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::plugin::SourceRoots;
use contract::ProviderId;
use net::os;

/// Files that builds write and authors change: what a build writes is no reason for another.
const LOCKS: [&str; 6] = ["Cargo.lock", "go.sum", "package-lock.json", "poetry.lock", "uv.lock", "yarn.lock"];

/// Endings of files in which plugins are written. Their authors change them, however often in a row.
const CODE: [&str; 19] = [
    "c", "cc", "cjs", "cpp", "cts", "go", "h", "hpp", "js", "jsx", "mjs", "mts", "py", "pyi", "rs", "toml", "ts",
    "tsx", "wit",
];

/// The folder to which builds in these languages write.
const OUTPUT: &str = "build";

/// A project, as its manifests describe it.
#[derive(Clone, Debug)]
pub(super) struct Project {
    /// The project's folder, without links.
    pub(super) folder: PathBuf,
    /// Its sources, those of packages that it uses by path included.
    pub(super) sources: SourceRoots,
}

impl Project {
    /// Reads the manifests in `folder`. One that cannot be read is left to the build, which says why.
    pub(super) fn read(folder: &Path) -> Self {
        let folder = os::real_path(folder).unwrap_or_else(|_| folder.to_owned());
        let metadata = folder.join("Cargo.toml").is_file().then(|| cargo_metadata(&folder)).flatten();
        let mut project = match metadata {
            Some(metadata) => Self::of_cargo(folder, metadata),
            None => Self::of_folder(folder),
        };
        project.sources.outputs = os::own_outputs();
        project
    }

    /// Returns the project of another language in `folder`, or the projects in the folders below.
    fn of_folder(folder: PathBuf) -> Self {
        let below = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let below: Vec<PathBuf> = below.filter(|path| path.is_dir()).collect();
        let left_out = [&folder].into_iter().chain(&below).map(|project| project.join(OUTPUT)).collect();
        let sources = SourceRoots { folders: [folder.clone()].into(), left_out, ..SourceRoots::default() };
        Self { folder, sources }
    }

    fn of_cargo(folder: PathBuf, metadata: MetadataOfCargo) -> Self {
        let used = metadata.used_in(&folder);
        let local = metadata.packages.iter().filter(|package| package.source.is_none() && used.contains(&*package.id));
        let home = |package: &CargoPackage| package.manifest_path.parent().map(Path::to_owned);
        let mut folders: BTreeSet<PathBuf> = local.filter_map(home).collect();
        folders.insert(folder.clone());
        let root = metadata.workspace_root;
        let files = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|name| root.join(name));
        let files = files.into_iter().chain([folder.join(".cargo/config.toml")]).collect();
        let left_out = [metadata.target_directory].into();
        let sources = SourceRoots { folders: outermost(&folders), files, left_out, ..SourceRoots::default() };
        Self { folder, sources }
    }

    /// Leaves the settings of these plugins, each in its folder, out of the sources: they take effect without a build.
    pub(super) fn leave_out_settings(&mut self, homes: &BTreeMap<ProviderId, PathBuf>) {
        for (id, home) in homes {
            let settings = [format!("{id}.toml"), format!("{id}.dev.toml")].map(|name| home.join(name));
            self.sources.left_out.extend(settings);
        }
    }
}

/// Returns whether a build writes the file for its next run.
pub(super) fn is_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| LOCKS.iter().any(|lock| name == *lock))
}

/// Returns whether the file is code of a plugin, or a manifest.
pub(super) fn is_code(path: &Path) -> bool {
    path.extension().is_some_and(|ending| CODE.iter().any(|code| ending == *code))
}

/// Returns whether the file says what belongs to a project.
pub(super) fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "Cargo.toml")
}

/// Returns the folders that do not lie in another of them.
fn outermost(folders: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let is_inner = |folder: &Path| folder.ancestors().skip(1).any(|above| folders.contains(above));
    folders.iter().filter(|folder| !is_inner(folder)).cloned().collect()
}

/// The part of `cargo metadata` that is used.
#[derive(Deserialize)]
struct MetadataOfCargo {
    packages: Vec<CargoPackage>,
    resolve: CargoGraph,
    workspace_default_members: Vec<String>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

/// The graph of packages.
#[derive(Deserialize)]
struct CargoGraph {
    nodes: Vec<CargoNode>,
}

/// A package in the graph.
#[derive(Deserialize)]
struct CargoNode {
    id: String,
    dependencies: Vec<String>,
}

impl MetadataOfCargo {
    /// Returns the ids of the package in `folder`, or else of the members of the workspace, and of all that they use.
    fn used_in(&self, folder: &Path) -> BTreeSet<&str> {
        let is_here = |package: &&CargoPackage| package.manifest_path.parent() == Some(folder);
        let here = self.packages.iter().find(is_here).map(|package| package.id.as_str());
        let mut open: Vec<&str> = match here {
            Some(id) => vec![id],
            None => self.workspace_default_members.iter().map(String::as_str).collect(),
        };
        let nodes: BTreeMap<&str, &CargoNode> =
            self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut used = BTreeSet::new();
        while let Some(id) = open.pop() {
            if used.insert(id) {
                open.extend(nodes.get(id).iter().flat_map(|node| node.dependencies.iter().map(String::as_str)));
            }
        }
        used
    }
}

/// A package of the project, or one that it uses.
#[derive(Deserialize)]
struct CargoPackage {
    id: String,
    manifest_path: PathBuf,
    /// The registry; none for a package that is used by path.
    source: Option<String>,
}

fn cargo_metadata(folder: &Path) -> Option<MetadataOfCargo> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1"]).current_dir(folder);
    // The build reports what is wrong.
    let output = cargo.env_remove("RUSTUP_TOOLCHAIN").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_another_is_watched_with_it() {
        let folders = ["/a", "/a/b", "/c/d", "/c/e", "/a-b"].map(PathBuf::from).into();

        assert_eq!(outermost(&folders), ["/a", "/a-b", "/c/d", "/c/e"].map(PathBuf::from).into());
    }
}
