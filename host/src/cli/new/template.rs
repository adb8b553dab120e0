//! Templates of projects, and what becomes of one for a name and some capabilities.
//!
//! A template is a project that builds, with all capabilities. A file of a capability has its name in its own, and so has
//! each line about a capability in the other files. What is about capabilities that are not wanted is left out.

use std::collections::BTreeSet;

use super::{NewError, name};
use contract::{Capability, ProviderId};

/// The name of each template, and its title.
const NAME: &str = "my-plugin";
const TITLE: &str = "My Plugin";

/// A file of a template.
struct TemplateFile {
    /// Path below `sdk/templates`.
    path: &'static str,
    content: &'static [u8],
    /// True if a link leads to it: it belongs to the SDK or the interface, and is copied as it is.
    linked: bool,
}

static TEMPLATES: &[TemplateFile] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// A file of a new project.
pub(super) struct ProjectFile {
    /// Path below the project.
    pub(super) path: String,
    pub(super) content: Vec<u8>,
}

/// Makes a project from the template in `folder`.
///
/// # Errors
///
/// Fails if a file or folder at the top of the project has the plugin's name.
pub(super) fn project(folder: &str, id: &ProviderId, wanted: &[Capability]) -> Result<Vec<ProjectFile>, NewError> {
    let left_out: Vec<String> =
        Capability::ALL.into_iter().filter(|it| !wanted.contains(it)).flat_map(spellings).collect();
    let is_left_out = |text: &str| left_out.iter().any(|spelling| text.contains(spelling.as_str()));
    let title = name::title(id);
    let named = |text: &str| text.replace(NAME, id.as_str()).replace(TITLE, &title);

    let mut files = Vec::new();
    for TemplateFile { path, content, linked } in TEMPLATES {
        let Some(path) = path.strip_prefix(folder).and_then(|path| path.strip_prefix('/')) else { continue };
        let top = path.split('/').next().unwrap_or(path);
        if top.trim_end_matches(".toml").eq_ignore_ascii_case(id.as_str()) && !top.starts_with(NAME) {
            return Err(NewError::Taken(id.to_string(), top));
        }
        if *linked {
            files.push(ProjectFile { path: path.to_owned(), content: content.to_vec() });
        } else if !is_left_out(path) {
            let content = match str::from_utf8(content) {
                Ok(text) => {
                    named(&text.split_inclusive('\n').filter(|line| !is_left_out(line)).collect::<String>()).into()
                }
                Err(_) => content.to_vec(),
            };
            files.push(ProjectFile { path: named(path), content });
        }
    }
    Ok(files)
}

/// Returns the ways in which files spell a capability: `email-draft`, `email_draft`, `emailDraft` and `EmailDraft`.
fn spellings(capability: Capability) -> BTreeSet<String> {
    let kebab = capability.name();
    let pascal: String = kebab.split('-').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
    let camel = pascal[..1].to_ascii_lowercase() + &pascal[1..];
    [kebab.to_owned(), kebab.replace('-', "_"), camel, pascal].into()
}
