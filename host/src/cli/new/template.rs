//! Templates of projects, and what becomes of one for a name and some capabilities.
//!
//! A template is a project that builds, with all capabilities. A file about one capability has its name in its own; in
//! the other files, each line about a capability has its name. What is about others than the wanted ones is left out.

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

/// Makes a project from the template of a language.
///
/// # Errors
///
/// Fails if a file or folder at the top of the project has the plugin's name.
pub(super) fn project(language: &str, id: &ProviderId, wanted: &[Capability]) -> Result<Vec<ProjectFile>, NewError> {
    let (kept, left_out): (Vec<Capability>, Vec<Capability>) =
        Capability::ALL.into_iter().partition(|capability| wanted.contains(capability));
    let title = name::title(id);
    let named = |text: &str| text.replace(NAME, id.as_str()).replace(TITLE, &title);

    let mut files = Vec::new();
    for TemplateFile { path, content, linked } in TEMPLATES {
        let Some(path) = path.strip_prefix(language).and_then(|path| path.strip_prefix('/')) else { continue };
        let top = path.split('/').next().unwrap_or(path);
        if top.trim_end_matches(".toml").eq_ignore_ascii_case(id.as_str()) && !top.starts_with(NAME) {
            return Err(NewError::Taken(id.to_string(), top));
        }
        let content = match str::from_utf8(content) {
            Ok(text) if !linked => {
                if is_about(path, &left_out) {
                    continue;
                }
                let is_kept = |line: &&str| is_about(path, &kept) || !is_about(line, &left_out);
                named(&text.split_inclusive('\n').filter(is_kept).collect::<String>()).into()
            }
            _ => content.to_vec(),
        };
        files.push(ProjectFile { path: if *linked { path.to_owned() } else { named(path) }, content });
    }
    Ok(files)
}

/// Returns whether a text names any of these capabilities, in any of the ways in which files spell them: `email-draft`,
/// `email_draft`, `emailDraft` or `EmailDraft`.
fn is_about(text: &str, capabilities: &[Capability]) -> bool {
    capabilities.iter().any(|capability| {
        let kebab = capability.name();
        let pascal: String = kebab.split('-').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
        let camel = pascal[..1].to_ascii_lowercase() + &pascal[1..];
        [kebab, &kebab.replace('-', "_"), &camel, &pascal].iter().any(|spelling| text.contains(spelling))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(language: &str, wanted: &[Capability]) -> Vec<(String, String)> {
        let files = project(language, &"hub".parse().expect("a valid name"), wanted).expect("no file has that name");
        files.into_iter().map(|file| (file.path, String::from_utf8_lossy(&file.content).into_owned())).collect()
    }

    #[test]
    fn a_name_is_found_in_every_spelling() {
        for text in ["email-draft.json", "email_draft.rs", "emailDraft", "EmailDraft"] {
            assert!(is_about(text, &[Capability::EmailSummary, Capability::EmailDraft]), "{text}");
            assert!(!is_about(text, &[Capability::EmailSummary, Capability::Chat]), "{text}");
        }
    }

    #[test]
    fn a_file_about_a_capability_is_whole_though_it_names_another() {
        let files = texts("python", &[Capability::EmailDraft]);

        let (_, test) = files.iter().find(|(path, _)| path == "tests/test_email_draft.py").expect("it is wanted");
        assert!(test.contains("teams-chat"), "{test}");
        assert!(!files.iter().any(|(path, _)| path == "chat.py" || path == "tests/test_chat.py"), "{files:#?}");
    }

    #[test]
    fn a_linked_file_is_a_copy() {
        let files = texts("rust", &[Capability::RecordSummary]);

        let (_, sdk) = files.iter().find(|(path, _)| path == "insight-sdk/src/export.rs").expect("it is linked");
        assert!(sdk.contains("EmailDraft"), "{sdk}");
    }
}
