//! Reasons for which a value of an answer is not usable.

/// The reason for which a value is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// An absent or empty value.
    #[error("it is missing or empty")]
    Missing,
    /// A value that is too long, and whose meaning would change if it were truncated.
    #[error("it is longer than {most} characters")]
    TooLong {
        /// The greatest number of UTF-16 code units.
        most: usize,
    },
    /// Characters that are not allowed in an identifier.
    #[error("it holds line breaks or invisible characters")]
    ControlCharacters,
    /// Not a date and time.
    #[error("it is not a date and time in RFC 3339")]
    NoInstant,
    /// Not a URL that may be shown to a seller.
    #[error("it is not an absolute http or https URL of at most 2,048 characters without a user name")]
    NoWebAddress,
    /// Not one of the allowed values.
    #[error("it is not one of the allowed values")]
    Unknown,
    /// Too many values.
    #[error("there are more than {most}")]
    TooMany {
        /// The greatest number.
        most: usize,
    },
    /// The name of an earlier value.
    #[error("its name is already used by an earlier one")]
    Repeated,
    /// Not a colour.
    #[error("it is not a colour such as #0f6cbd")]
    NoColor,
    /// Not an image that can be shown.
    #[error("it is not a PNG of at most 256 KiB")]
    NoIcon,
    /// Not a language tag.
    #[error("it is not a BCP 47 language tag")]
    NoLanguage,
    /// Not JSON within the limits of a card.
    #[error("it is not a JSON object, or it holds a name twice or too many values")]
    NoJson,
    /// Not data for agents.
    #[error("it is not a JSON object of at most 64 KiB and 10,000 values, or it holds a name twice")]
    NoData,
    /// A card that clients refuse.
    #[error("the card has {bytes} bytes, more than the {most} that clients accept")]
    CardTooLarge {
        /// Its size.
        bytes: usize,
        /// The greatest size.
        most: usize,
    },
    /// JSON that is not a supported card.
    #[error("it is not an AdaptiveCard of version 1.0 to 1.5")]
    NoCard,
    /// Every part of the card was left out.
    #[error("nothing of it is left")]
    NothingLeft,
    /// A link or an image that may not be shown to a seller.
    #[error("it holds a link or an image that is neither http nor https")]
    UnsafeLink,
}
