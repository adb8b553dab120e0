//! Components for the tests, built from the interface or from changed forms of it.

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve, SourceMap};

use super::inspect;

/// Our interface as one text, with changes to try.
pub(super) fn interface(change: impl Fn(String) -> String) -> String {
    const FILES: [&str; 12] = [
        include_str!("../../../../../../wit/1.0/about.wit"),
        include_str!("../../../../../../wit/1.0/chat.wit"),
        include_str!("../../../../../../wit/1.0/config.wit"),
        include_str!("../../../../../../wit/1.0/http-client.wit"),
        include_str!("../../../../../../wit/1.0/insight-types.wit"),
        include_str!("../../../../../../wit/1.0/key-sales-info.wit"),
        include_str!("../../../../../../wit/1.0/key-value.wit"),
        include_str!("../../../../../../wit/1.0/lifecycle.wit"),
        include_str!("../../../../../../wit/1.0/log.wit"),
        include_str!("../../../../../../wit/1.0/record-details.wit"),
        include_str!("../../../../../../wit/1.0/record-summary.wit"),
        include_str!("../../../../../../wit/1.0/secrets.wit"),
    ];
    change(format!("package insight:provider@1.0.0;\n{}", FILES.concat()))
}

/// Returns a component of this world whose functions do nothing. `wit` are packages it may refer to.
pub(super) fn component(wit: &[&str], world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for text in wit {
        resolve.push_source("dependency.wit", text).expect("the dependency is valid");
    }
    let mut files = SourceMap::default();
    files.push_str("plugin.wit", format!("package contoso:hub;\nworld plugin {{ {world} }}"));
    let package = files.parse().map_err(|(_, error)| error).expect("the world is valid");
    let package = resolve.push_group(package).expect("the world is complete");
    let world = resolve.select_world(&[package], Some("plugin")).expect("it is there");
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("it can be embedded");
    let mut encoder = ComponentEncoder::default().module(&module).expect("the module is one of that world");
    encoder.encode().expect("it can be encoded")
}

pub(super) fn plugin(world: &str) -> Vec<u8> {
    component(&[&interface(|text| text)], world)
}

pub(super) const SUMMARY: &str = "export insight:provider/record-summary@1.0.0;";

pub(super) fn refusal(component: &[u8]) -> String {
    inspect(component).expect_err("it is refused").to_string()
}

/// Returns the error of a plugin that was built against a changed interface.
pub(super) fn refusal_after(from: &str, to: &str) -> String {
    let changed = interface(|text| {
        assert!(text.contains(from), "the interface has no `{from}`");
        text.replace(from, to)
    });
    refusal(&component(&[&changed], SUMMARY))
}
