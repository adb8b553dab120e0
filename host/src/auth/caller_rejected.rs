//! Reasons for which authentication rejects a caller.

/// The reason for which a caller is rejected. Its text is for the log; callers are told less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallerRejected {
    #[error("neither a token nor a key was sent")]
    Missing,
    #[error("several tokens or keys were sent")]
    Ambiguous,
    #[error("the header `Authorization` holds no bearer token")]
    OtherScheme,
    #[error("the token is malformed or unsupported")]
    Malformed,
    #[error("the token is not signed with RS256")]
    Algorithm,
    #[error("the token's issuer is not one of the settings")]
    Issuer,
    #[error("the token is for another audience")]
    Audience,
    #[error("the token is signed with a key that its issuer does not publish")]
    UnknownKey,
    #[error("the token's signature is invalid")]
    Signature,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    #[error("the token's tenant is not allowed")]
    Tenant,
    #[error("the token was issued to an application that is not allowed")]
    Client,
    #[error("the token has none of the required scopes or roles")]
    Scope,
    #[error("the key is unknown")]
    UnknownApiKey,
    #[error("the issuer's signing keys cannot be fetched, and none are known")]
    KeysUnavailable,
    #[error("the header `Host` is neither a name of loopback nor `http.public-name`")]
    OtherHost,
    #[error("the header `Origin` is neither a name of loopback nor `http.public-name`")]
    OtherOrigin,
    #[error("a web page of another site sent the request")]
    CrossSite,
    #[error("a proxy forwarded the request")]
    Forwarded,
}

/// The consequence of a rejection for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Credentials are required.
    Missing,
    /// The credentials are invalid, and a retry with them is useless.
    Invalid,
    /// The credentials have expired.
    Expired,
    /// The credentials are valid, but do not permit the request.
    Insufficient,
    /// The credentials could not be checked.
    Unknown,
    /// Nobody but this machine may call, and the request does not come from it.
    Remote,
}

impl CallerRejected {
    /// The name in the metric.
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
            Self::OtherHost => "other-host",
            Self::OtherOrigin => "other-origin",
            Self::CrossSite => "cross-site",
            Self::Forwarded => "forwarded",
        }
    }

    /// The consequence for the caller.
    pub(crate) const fn meaning(self) -> Meaning {
        match self {
            Self::Missing => Meaning::Missing,
            Self::Expired => Meaning::Expired,
            Self::Tenant | Self::Client | Self::Scope => Meaning::Insufficient,
            Self::KeysUnavailable => Meaning::Unknown,
            Self::OtherHost | Self::OtherOrigin | Self::CrossSite | Self::Forwarded => Meaning::Remote,
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
