//! Core modules, made into components. Those of C and Go ask for WASI preview 1; those of Rust for no system at all.

use std::error::Error;
use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as PREVIEW_1, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as REACTOR,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use super::bindings::PluginInterface;
use super::{BuildError, read};

/// Returns the component of the core module in the file `module`. It is valid, and exports what its interface says:
/// `interface`, if the module does not hold it itself.
pub(super) fn component(
    module: &Path,
    interface: Option<&PluginInterface>,
    project: &Path,
) -> Result<Vec<u8>, BuildError> {
    let mut module = read(module)?;
    if let Some(interface) = interface {
        let (resolve, world) = interface.parts();
        embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)
            .map_err(|error| no_component(project, error))?;
    }
    encoded(&module, &[(PREVIEW_1, REACTOR)], project)
}

/// Returns the component of a core module that holds its interface, and asks for nothing else.
pub(super) fn component_without_wasi(module: &Path, project: &Path) -> Result<Vec<u8>, BuildError> {
    encoded(&read(module)?, &[], project)
}

fn encoded(module: &[u8], adapters: &[(&str, &[u8])], project: &Path) -> Result<Vec<u8>, BuildError> {
    let with_adapter = |encoder: ComponentEncoder, (name, adapter): &(&str, &[u8])| encoder.adapter(name, adapter);
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|encoder| adapters.iter().try_fold(encoder, with_adapter))
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| no_component(project, error))
}

fn no_component(project: &Path, error: impl Into<Box<dyn Error + Send + Sync>>) -> BuildError {
    BuildError::NoComponent { project: project.to_owned(), source: error.into() }
}
