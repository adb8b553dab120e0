//! Plural categories of whole numbers.

/// A plural category of CLDR. English has `One` and `Other`; each language has `Other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    /// No thing, in some languages.
    Zero,
    /// One thing; in some languages also 21, or none.
    One,
    /// Two things, in some languages.
    Two,
    /// A few things, such as 2 to 4 in Polish.
    Few,
    /// Many things, such as 5 in Polish, or a million in French.
    Many,
    /// Any other number.
    Other,
}

/// A condition on a number.
#[derive(Debug)]
pub(super) struct Condition {
    /// Modulus of the number; 0 if it is taken as it is.
    pub(super) modulus: usize,
    /// A range, both ends included.
    pub(super) range: (usize, usize),
    /// True if the number must lie in the range, false if it must not.
    pub(super) inside: bool,
}

/// The rules of a language: a category applies if all conditions of one of its alternatives hold.
pub(super) type Rules = &'static [(Plural, &'static [&'static [Condition]])];

/// Returns the category of a number.
pub(super) fn category(rules: Rules, number: usize) -> Plural {
    let found = rules.iter().find(|(_, any)| any.iter().any(|all| all.iter().all(|condition| condition.holds(number))));
    found.map_or(Plural::Other, |(category, _)| *category)
}

impl Condition {
    fn holds(&self, number: usize) -> bool {
        let number = number.checked_rem(self.modulus).unwrap_or(number);
        (self.range.0..=self.range.1).contains(&number) == self.inside
    }
}
