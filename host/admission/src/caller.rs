//! Callers, as limits, shares and suspensions tell them apart.
//!
//! A caller is an API key; else the user or application of a token, within its tenant; else the client's address,
//! which behind a gateway is the gateway's.

use std::net::IpAddr;

use contract::Capability;

/// The identity of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallerKey {
    /// An IPv4 address, or the /64 network of an IPv6 address: a subscriber has a whole network.
    Network(u64),
    /// An authenticated caller, by a number that is unique to it.
    Known(u128),
    /// One of the groups of callers beyond the number with a rate limit of their own.
    Other(u16),
    /// The host itself: a command, or a trial at load.
    Host,
}

impl From<IpAddr> for CallerKey {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::Network(u64::from(address.to_bits())),
            IpAddr::V6(address) => Self::Network((address.to_bits() >> 64) as u64),
        }
    }
}

/// The origin of a call: the caller, and the capability that it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallOrigin {
    /// The caller.
    pub caller: CallerKey,
    /// The capability.
    pub capability: Capability,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_caller_is_its_network_and_a_mapped_one_its_ipv4_address() {
        let key = |text: &str| CallerKey::from(text.parse::<IpAddr>().expect("an address"));

        assert_eq!(key("2001:db8::1"), key("2001:db8::2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
