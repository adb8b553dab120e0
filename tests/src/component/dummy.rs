//! Components with correct or wrong types, which trap when they are called.

use wit_component::dummy_module;
use wit_parser::ManglingAndAbi;

use super::{encode, interface};

/// Builds a component of the world `it`, which `wit` defines, with further packages besides those of this host.
///
/// # Panics
///
/// Panics if the text is not valid.
#[must_use]
pub fn dummy_component(wit: &str) -> Vec<u8> {
    let (mut resolve, _) = interface();
    let package = resolve.push_str("it.wit", wit).expect("the test's text is valid");
    let world = resolve.select_world(&[package], Some("it")).expect("the test's text has the world `it`");
    encode(dummy_module(&resolve, world, ManglingAndAbi::Standard32), &resolve, world)
}
