//! Python, by componentize-py: the interpreter, the plugin and what it imports become one component.

use std::path::Path;

use serde::Deserialize;

use super::bindings::PluginInterface;
use super::programs::{PYTHON, VENV};
use super::project::{build_folder, scratch};
use super::{BuildError, BuildOptions, BuiltComponent, provider_id, read, tool};

/// The release of componentize-py that plugins are tested with.
const RELEASE: &str = "componentize-py==0.25.1";

/// The modules of the copy of the SDK that `new` writes into a project.
const SDK: &str = "insight-sdk/src";

/// What a build reads of `pyproject.toml`.
#[derive(Deserialize)]
struct PyProject {
    project: PyProjectName,
    #[serde(default)]
    tool: PyProjectTools,
}

#[derive(Deserialize)]
struct PyProjectName {
    name: String,
}

#[derive(Default, Deserialize)]
struct PyProjectTools {
    #[serde(default)]
    insight: PyProjectInsight,
}

#[derive(Default, Deserialize)]
struct PyProjectInsight {
    /// The module that exports the capabilities.
    module: Option<String>,
}

pub(super) fn build(project: &Path, options: &BuildOptions) -> Result<BuiltComponent, BuildError> {
    let manifest = project.join("pyproject.toml");
    let text = String::from_utf8_lossy(&read(&manifest)?).into_owned();
    let PyProject { project: PyProjectName { name }, tool: tools } = toml::from_str(&text)
        .map_err(|error| BuildError::Manifest { path: manifest.clone(), problem: format!("is not valid: {error}") })?;
    let id = provider_id(&name, &manifest)?;
    let interface = PluginInterface::read(project)?;
    let module = tools.insight.module.unwrap_or_else(|| "app".to_owned());
    let program = tool::find(project, VENV, "componentize-py").ok_or_else(|| missing(project))?;

    let scratch = scratch(&build_folder(project)?)?;
    let component = scratch.path().join("component.wasm");
    let component = std::path::absolute(&component).unwrap_or(component);
    let mut command = tool::command(program, project);
    // Where it looks for packages that the plugin imports.
    if let Ok(environment) = std::path::absolute(project.join(".venv"))
        && environment.is_dir()
    {
        command.env("VIRTUAL_ENV", environment);
    }
    // Of its own frames, forty lines for each error in the plugin.
    command.env("RUST_BACKTRACE", "0");
    command.args(["--wit-path", "wit", "--world", interface.world()]);
    command.args(["componentize", &module, "--python-path", "."]);
    // The SDK is here rather than in `.venv`, so that a change in it is built, as that of any other source.
    for modules in ["src", SDK] {
        if project.join(modules).is_dir() {
            command.args(["--python-path", modules]);
        }
    }
    command.arg("--output").arg(&component).args(&options.flags);
    tool::run(command, project)?;
    Ok(BuiltComponent { id, project: project.to_owned(), wasm: read(&component)? })
}

fn missing(project: &Path) -> BuildError {
    let release = RELEASE.replace("==", " ");
    let made = tool::in_project(project, VENV, "pip").is_some();
    let pip = if made { String::new() } else { format!("{PYTHON} -m venv .venv && ") };
    let pip = format!("{pip}{}", Path::new(VENV).join("pip").display());
    let what = ["requirements-dev.txt", "requirements.txt"].into_iter().find(|file| project.join(file).is_file());
    let what = what.map_or_else(|| RELEASE.to_owned(), |file| format!("-r {file}"));
    tool::missing(
        format!("{release} is not in {VENV} or on PATH"),
        format!("run `{pip} install {what}` in {}", project.display()),
    )
}
