//! Components that no toolchain produces, built from text.

mod core_guest;
mod dummy;

pub use core_guest::CoreGuest;
pub use dummy::dummy_component;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{PackageId, Resolve, WorldId};

/// The folder of this host's released interface.
const INTERFACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit/1.0");

/// Parses the interface.
fn interface() -> (Resolve, PackageId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(INTERFACE).expect("the interface is valid");
    (resolve, package)
}

/// Builds a component from a core module that exports the functions of `world`.
fn encode(mut module: Vec<u8>, resolve: &Resolve, world: WorldId) -> Vec<u8> {
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).expect("the world is valid");
    let mut encoder = ComponentEncoder::default().validate(true).module(&module).expect("the module fits the world");
    encoder.encode().expect("the module fits the world")
}
