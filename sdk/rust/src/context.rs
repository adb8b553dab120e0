//! The choice of a language from the context of a call.

use crate::CallContext;

impl CallContext {
    /// Chooses, of the languages of a plugin, the one that this seller reads best.
    ///
    /// `spoken` are BCP 47 tags, the plugin's own language first: that one is chosen if the
    /// seller reads none of them. `de-AT` is matched by `de-AT`, else by `de`, else by any other
    /// German, before the seller's next language is tried.
    ///
    /// # Panics
    ///
    /// Panics if `spoken` is empty.
    ///
    /// ```
    /// # let mut context = insight_sdk::testing::context();
    /// context.languages = vec!["it".into(), "de-AT".into(), "fr".into()];
    ///
    /// assert_eq!(context.language(&["en", "de", "fr"]), "de");
    /// ```
    #[must_use]
    pub fn language<'a>(&self, spoken: &[&'a str]) -> &'a str {
        self.languages.iter().find_map(|read| best(spoken, read)).unwrap_or(spoken[0])
    }
}

/// Returns the tag that matches `read` best, if one does.
fn best<'a>(spoken: &[&'a str], read: &str) -> Option<&'a str> {
    lookup(spoken, read).or_else(|| spoken.iter().copied().find(|tag| primary(tag).eq_ignore_ascii_case(primary(read))))
}

/// Looks a tag up by the lookup scheme of RFC 4647: whole, then shortened from the end step by step.
fn lookup<'a>(spoken: &[&'a str], read: &str) -> Option<&'a str> {
    let mut range = read;
    loop {
        if let Some(tag) = spoken.iter().find(|tag| tag.eq_ignore_ascii_case(range)) {
            return Some(tag);
        }
        range = range.rsplit_once('-')?.0;
    }
}

/// Returns the language proper, without script and region.
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use crate::testing;

    fn chosen(read: &[&str], spoken: &[&'static str]) -> &'static str {
        let mut context = testing::context();
        context.languages = read.iter().copied().map(String::from).collect();
        context.language(spoken)
    }

    #[test]
    fn the_first_language_of_the_seller_that_is_spoken_wins() {
        assert_eq!(chosen(&["it", "fr", "de"], &["en", "de", "fr"]), "fr");
    }

    #[test]
    fn a_region_falls_back_to_its_language() {
        assert_eq!(chosen(&["de-AT"], &["en", "de"]), "de");
        assert_eq!(chosen(&["zh-Hant-TW"], &["en", "zh-Hans", "zh-Hant"]), "zh-Hant");
    }

    #[test]
    fn another_region_is_better_than_another_language() {
        assert_eq!(chosen(&["pt-PT", "en"], &["en", "pt-BR"]), "pt-BR");
    }

    #[test]
    fn letter_case_does_not_matter() {
        assert_eq!(chosen(&["DE-at"], &["en", "De"]), "De");
    }

    #[test]
    fn a_seller_who_reads_none_gets_the_plugins_own_language() {
        assert_eq!(chosen(&["it", "*"], &["en", "de"]), "en");
    }
}
