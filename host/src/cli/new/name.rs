//! The name of a new plugin, from the folder to create.

use std::path::Path;

use super::NewError;
use contract::ProviderId;

/// The longest title that sellers see, in characters.
const TITLE: usize = 20;

/// Returns the last part of the path as the id of a provider.
///
/// # Errors
///
/// Fails if there is no last part, or if it is no such id.
pub(super) fn of(path: &Path) -> Result<ProviderId, NewError> {
    let name = path.file_name().ok_or_else(|| NewError::NoName(path.to_owned()))?;
    Ok(name.to_string_lossy().parse()?)
}

/// Converts `contoso-hub` to `Contoso Hub`, with as many words as a title holds.
pub(super) fn title(name: &ProviderId) -> String {
    let mut title = String::new();
    for word in name.as_str().split('-') {
        if !title.is_empty() && title.len() + 1 + word.len() > TITLE {
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(&word[..1].to_ascii_uppercase());
        title.push_str(&word[1..]);
    }
    title.truncate(TITLE);
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(name: &str) -> String {
        title(&name.parse().expect("a valid name"))
    }

    #[test]
    fn the_last_part_of_a_path_is_the_name() {
        assert_eq!(of(Path::new("plugins/contoso-hub/")).expect("it is valid").as_str(), "contoso-hub");
    }

    #[test]
    fn a_path_without_a_name_and_a_name_that_no_provider_has_are_refused() {
        assert!(matches!(of(Path::new(".")), Err(NewError::NoName(_))));
        assert!(matches!(of(Path::new("plugins/..")), Err(NewError::NoName(_))));
        assert!(matches!(of(Path::new("plugins/Contoso_Hub")), Err(NewError::Name(_))));
    }

    #[test]
    fn a_title_has_the_words_that_fit() {
        assert_eq!(titled("contoso-hub"), "Contoso Hub");
        assert_eq!(titled("crm-365"), "Crm 365");
        assert_eq!(titled("fabrikam-customer-insights"), "Fabrikam Customer");
        assert_eq!(titled(&"a".repeat(64)), format!("A{}", "a".repeat(19)));
    }
}
