//! Why somebody is not let in.

/// Why somebody is not let in. Its words are for the log; callers are told less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("neither a token nor a key was sent")]
    Missing,
    #[error("several tokens or keys were sent")]
    Ambiguous,
    #[error("the header `Authorization` holds no bearer token")]
    OtherScheme,
    #[error("what was sent is no token that could be verified")]
    Malformed,
    #[error("the token is signed by another algorithm than RS256")]
    Algorithm,
    #[error("no issuer of the settings is the token's")]
    Issuer,
    #[error("the token is for somebody else")]
    Audience,
    #[error("the token is signed with a key that its issuer does not publish")]
    UnknownKey,
    #[error("the token's signature is not its key's")]
    Signature,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    #[error("the token's tenant is not allowed")]
    Tenant,
    #[error("the token was given to an application that is not allowed")]
    Client,
    #[error("the token has neither a scope nor a role that is needed")]
    Scope,
    #[error("the key is nobody's")]
    UnknownApiKey,
    #[error("the issuer's signing keys cannot be fetched, and none are known")]
    KeysUnavailable,
}

/// What a refusal comes to for whoever is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Something must be sent.
    Missing,
    /// What was sent is of no use, and another try with it neither.
    Invalid,
    /// It was good once.
    Expired,
    /// It is good, but not for this.
    Insufficient,
    /// It could not be looked at.
    Unknown,
}

impl Refused {
    /// The name that the metric has for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ambiguous => "ambiguous",
            Self::OtherScheme => "other-scheme",
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::UnknownKey => "unknown-key",
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::NotYet => "not-yet-valid",
            Self::Tenant => "tenant",
            Self::Client => "client",
            Self::Scope => "scope",
            Self::UnknownApiKey => "unknown-api-key",
            Self::KeysUnavailable => "keys-unavailable",
        }
    }

    /// What it comes to for the caller.
    pub(crate) const fn meaning(self) -> Meaning {
        match self {
            Self::Missing => Meaning::Missing,
            Self::Expired => Meaning::Expired,
            Self::Tenant | Self::Client | Self::Scope => Meaning::Insufficient,
            Self::KeysUnavailable => Meaning::Unknown,
            Self::Ambiguous
            | Self::OtherScheme
            | Self::Malformed
            | Self::Algorithm
            | Self::Issuer
            | Self::Audience
            | Self::UnknownKey
            | Self::Signature
            | Self::NotYet
            | Self::UnknownApiKey => Meaning::Invalid,
        }
    }
}
