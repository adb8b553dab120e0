//! Destinations that are reached without a proxy.

use std::net::IpAddr;

/// Destinations that are reached without a proxy, in the forms of the variable `NO_PROXY`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions(Vec<ProxyException>);

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ProxyException {
    All,
    /// Addresses that have these leading bits.
    Network(IpAddr, u8),
    /// A name and the names below it.
    Name(String),
}

impl Exceptions {
    /// Reads entries: `*`, an address, a network such as `10.0.0.0/8`, or a name, which covers the names below it.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut exceptions = Self::default();
        exceptions.add(entries);
        exceptions
    }

    /// Adds entries. Empty ones are ignored.
    pub(super) fn add<'a>(&mut self, entries: impl IntoIterator<Item = &'a str>) {
        let entries = entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty());
        self.0.extend(entries.map(ProxyException::of));
    }

    /// Returns whether `host` is an exception. This machine always is.
    pub(super) fn cover(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        let address: Option<IpAddr> = host.parse().ok();
        let is_here = host == "localhost" || address.is_some_and(|address| address.to_canonical().is_loopback());
        is_here || self.0.iter().any(|exception| exception.covers(&host, address))
    }
}

impl ProxyException {
    fn of(entry: &str) -> Self {
        let (address, bits) =
            entry.split_once('/').map_or((entry, None), |(address, bits)| (address, bits.parse().ok()));
        if let Ok(address) = address.trim_matches(['[', ']']).parse() {
            return Self::Network(address, bits.unwrap_or(u8::MAX));
        }
        match entry {
            "*" => Self::All,
            name => Self::Name(name.trim_start_matches("*.").trim_matches('.').to_ascii_lowercase()),
        }
    }

    fn covers(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::All => true,
            Self::Network(network, bits) => address.is_some_and(|address| has_leading_bits(address, *network, *bits)),
            Self::Name(name) => {
                host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
        }
    }
}

/// Returns whether both addresses are of one version and have the same leading bits.
fn has_leading_bits(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let differs = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => u128::from(one.to_bits() ^ other.to_bits()) << 96,
        (IpAddr::V6(one), IpAddr::V6(other)) => one.to_bits() ^ other.to_bits(),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    differs.leading_zeros() >= u32::from(bits).min(128)
}
