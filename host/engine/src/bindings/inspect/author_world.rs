//! The interface as an author gets it: its files, and a world of what a plugin exports and imports.

use std::fmt::Write;

use super::expected::{Expected, FILES, MAJOR, MINOR};

/// Words of WIT, which stand as names only after a `%`.
const KEYWORDS: [&str; 44] = [
    "as",
    "async",
    "bool",
    "borrow",
    "char",
    "constructor",
    "enum",
    "error-context",
    "export",
    "f32",
    "f64",
    "flags",
    "from",
    "func",
    "future",
    "import",
    "include",
    "interface",
    "list",
    "map",
    "option",
    "own",
    "package",
    "record",
    "resource",
    "result",
    "s16",
    "s32",
    "s64",
    "s8",
    "static",
    "stream",
    "string",
    "tuple",
    "type",
    "u16",
    "u32",
    "u64",
    "u8",
    "use",
    "variant",
    "with",
    "world",
    "yield",
];

/// The name of a WIT package is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write the name of a package as two words with a colon, each of lower-case letters, digits and hyphens: `contoso:hub`"
)]
pub struct PackageNameError;

/// Returns the files of the interface, by name.
#[must_use]
pub fn interface_files() -> &'static [(&'static str, &'static str)] {
    &FILES
}

/// Returns the interfaces that plugins may export: capabilities first, then `about` and `lifecycle`.
#[must_use]
pub fn exportable_interfaces() -> Vec<&'static str> {
    let expected = Expected::get();
    expected.capabilities().chain(["about", "lifecycle"]).collect()
}

/// Returns the interfaces of the host that plugins may import.
#[must_use]
pub fn importable_interfaces() -> Vec<&'static str> {
    Expected::get().imports().collect()
}

/// Writes the world `plugin` of the package `name`, with these exports and imports of the interface.
///
/// # Errors
///
/// Fails if the name is not one of a package.
pub fn author_world(name: &str, exports: &[String], imports: &[String]) -> Result<String, PackageNameError> {
    let (namespace, package) = name.split_once(':').ok_or(PackageNameError)?;
    let (namespace, package) = (word(namespace)?, word(package)?);
    let mut text = format!("package {namespace}:{package};\n\n");
    text.push_str("/// What the plugin exports, and what it may call of the host.\nworld plugin {\n");
    for (verb, interfaces) in [("import", imports), ("export", exports)] {
        for interface in interfaces {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {verb} insight:provider/{interface}@{MAJOR}.{MINOR}.0;");
        }
    }
    text.push_str("}\n");
    Ok(text)
}

/// Returns a part of a package's name as WIT writes it.
fn word(text: &str) -> Result<String, PackageNameError> {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !text.split('-').all(is_part) {
        return Err(PackageNameError);
    }
    Ok(if KEYWORDS.contains(&text) { format!("%{text}") } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use wit_parser::{Resolve, SourceMap};

    use super::*;

    fn parse(world: &str) -> (usize, usize) {
        let mut resolve = Resolve::default();
        let mut interface = SourceMap::default();
        interface_files().iter().for_each(|(name, text)| interface.push_str(name, *text));
        resolve.push_group(interface.parse().map_err(|(_, error)| error).expect("it is valid")).expect("it is whole");
        let mut own = SourceMap::default();
        own.push_str("plugin.wit", world);
        let package = resolve.push_group(own.parse().map_err(|(_, error)| error).expect(world)).expect(world);
        let world = &resolve.worlds[resolve.select_world(&[package], Some("plugin")).expect("it is there")];
        (world.imports.len(), world.exports.len())
    }

    /// Returns those of `all` that the bits select.
    fn subset(all: &[&str], bits: usize) -> Vec<String> {
        let chosen = all.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
        chosen.map(|(_, name)| (*name).to_owned()).collect()
    }

    #[test]
    fn every_choice_of_exports_and_of_imports_is_a_world() {
        let (exports, imports) = (exportable_interfaces(), importable_interfaces());
        assert_eq!((exports.len(), imports.len()), (8, 5));

        for bits in 0..1 << exports.len() {
            let (exports, imports) = (subset(&exports, bits), subset(&imports, bits));
            let world = author_world("contoso:hub", &exports, &imports).expect("a name");

            assert_eq!(parse(&world).1, exports.len(), "{world}");
        }
    }

    #[test]
    fn a_package_may_be_named_by_a_word_of_wit() {
        for word in KEYWORDS {
            parse(&author_world(&format!("{word}:{word}"), &[], &[]).expect(word));
        }
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        for name in ["", "hub", "contoso:", ":hub", "Contoso:hub", "a:b:c", "a:b@1.0.0", "a--b:c", "3d:hub", "a:b;"] {
            assert_eq!(author_world(name, &[], &[]), Err(PackageNameError), "{name}");
        }
    }
}
