//! Core modules of C and Go, made into components: they ask for WASI preview 1.

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
    let embedded = interface.map_or(Ok(()), |interface| {
        let (resolve, world) = interface.parts();
        embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)
    });
    embedded
        .and_then(|()| ComponentEncoder::default().validate(true).module(&module))
        .and_then(|encoder| encoder.adapter(PREVIEW_1, REACTOR))
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| BuildError::NoComponent { project: project.to_owned(), source: error.into() })
}
