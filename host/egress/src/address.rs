//! Address filter against server-side request forgery (SSRF): requests may go to addresses of the public
//! Internet and of networks that are granted by name.
//!
//! A host name is no protection, as its owner chooses the addresses it resolves to. So the filter checks the
//! resolved address, and the connection goes to the address that was checked.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::grants::Network;

/// The reason an address is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressDenied {
    /// The address belongs to a network that would have to be granted.
    NotGranted(Network),
    /// No grant permits this address.
    Never,
}

impl fmt::Display for AddressDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGranted(network) => write!(f, "an address of the {network} network, which is not granted"),
            Self::Never => f.write_str("an address that no plugin may reach"),
        }
    }
}

/// Checks that a connection to `address` is permitted, given the granted `networks` besides the public one.
///
/// # Errors
///
/// Fails with the reason if it is not.
pub(super) fn check(address: SocketAddr, networks: &[Network]) -> Result<(), AddressDenied> {
    if let SocketAddr::V6(address) = address
        && address.scope_id() != 0
    {
        return Err(AddressDenied::Never);
    }
    match place(address.ip())? {
        Some(network) if !networks.contains(&network) => Err(AddressDenied::NotGranted(network)),
        Some(_) | None => Ok(()),
    }
}

/// Returns the network that an address belongs to; `None` is the public one.
///
/// # Errors
///
/// Fails if no grant permits the address.
pub(super) fn place(address: IpAddr) -> Result<Option<Network>, AddressDenied> {
    match address {
        IpAddr::V4(address) => place_v4(address),
        IpAddr::V6(address) => place_v6(address),
    }
}

/// Addresses outside the link-local range at which clouds serve metadata, including keys of the machine.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200)];

/// Addresses like [`METADATA_V4`] in the private IPv6 range.
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

fn place_v4(address: Ipv4Addr) -> Result<Option<Network>, AddressDenied> {
    if METADATA_V4.contains(&address) {
        return Ok(Some(Network::LinkLocal));
    }
    match address.octets() {
        [127, ..] => Ok(Some(Network::Loopback)),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Ok(Some(Network::Private)),
        [169, 254, ..] => Ok(Some(Network::LinkLocal)),
        // "This network", IETF assignments, documentation, 6to4 relays, benchmarks.
        [0, ..] | [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => {
            Err(AddressDenied::Never)
        }
        // Multicast, reserved, broadcast.
        [224..=255, ..] => Err(AddressDenied::Never),
        _ => Ok(None),
    }
}

fn place_v6(address: Ipv6Addr) -> Result<Option<Network>, AddressDenied> {
    if METADATA_V6.contains(&address) {
        return Ok(Some(Network::LinkLocal));
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Ok(Some(Network::Loopback)),
        // Mapped, or translated by a gateway: leads to the embedded IPv4 address.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => place_v4(inside(high, low)),
        [0xfc00..=0xfdff, ..] => Ok(Some(Network::Private)),
        [0xfe80..=0xfebf, ..] => Ok(Some(Network::LinkLocal)),
        // IETF protocol assignments (including Teredo and benchmarks), documentation, 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => {
            Err(AddressDenied::Never)
        }
        [0x2000..=0x3fff, ..] => Ok(None),
        // No other range is assigned to the public: unspecified, IPv4-compatible, other translations,
        // discard-only, site-local, multicast.
        _ => Err(AddressDenied::Never),
    }
}

/// Returns the IPv4 address in the last two segments of an IPv6 address.
fn inside(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Blocks of addresses that are denied without a grant, and the network that permits them.
    const REFUSED: &[(&str, u32, Option<Network>)] = &[
        ("0.0.0.0", 8, None),
        ("10.0.0.0", 8, Some(Network::Private)),
        ("100.64.0.0", 10, Some(Network::Private)),
        ("127.0.0.0", 8, Some(Network::Loopback)),
        ("169.254.0.0", 16, Some(Network::LinkLocal)),
        ("172.16.0.0", 12, Some(Network::Private)),
        ("192.0.0.0", 24, None),
        ("192.0.2.0", 24, None),
        ("192.88.99.0", 24, None),
        ("192.168.0.0", 16, Some(Network::Private)),
        ("198.18.0.0", 15, None),
        ("198.51.100.0", 24, None),
        ("203.0.113.0", 24, None),
        ("224.0.0.0", 4, None),
        ("240.0.0.0", 4, None),
        ("::", 96, None),
        ("::ffff:0.0.0.0", 104, None),
        ("::ffff:10.0.0.0", 104, Some(Network::Private)),
        ("::ffff:127.0.0.0", 104, Some(Network::Loopback)),
        ("::ffff:169.254.0.0", 112, Some(Network::LinkLocal)),
        ("::ffff:192.168.0.0", 112, Some(Network::Private)),
        ("::ffff:224.0.0.0", 100, None),
        ("64:ff9b::127.0.0.0", 104, Some(Network::Loopback)),
        ("64:ff9b::169.254.0.0", 112, Some(Network::LinkLocal)),
        ("64:ff9b:1::", 48, None),
        ("100::", 64, None),
        ("2001::", 32, None),
        ("2001:2::", 48, None),
        ("2001:db8::", 32, None),
        ("2002::", 16, None),
        ("3fff::", 20, None),
        ("5f00::", 16, None),
        ("fc00::", 7, Some(Network::Private)),
        ("fe80::", 10, Some(Network::LinkLocal)),
        ("fec0::", 10, None),
        ("ff00::", 8, None),
    ];

    const ALL: [Network; 3] = [Network::Loopback, Network::Private, Network::LinkLocal];

    fn at(address: IpAddr) -> SocketAddr {
        SocketAddr::new(address, 443)
    }

    fn read(text: &str) -> SocketAddr {
        at(text.parse().expect("the test writes an address"))
    }

    /// An address of `block`: the block's prefix, then these bits.
    fn address_in((block, prefix, _): (&str, u32, Option<Network>), rest: u128) -> IpAddr {
        match block.parse().expect("the table holds addresses") {
            IpAddr::V4(block) => {
                let mask = u32::MAX.checked_shr(prefix).unwrap_or(0);
                Ipv4Addr::from(u32::from(block) | rest as u32 & mask).into()
            }
            IpAddr::V6(block) => {
                let mask = u128::MAX.checked_shr(prefix).unwrap_or(0);
                Ipv6Addr::from(u128::from(block) | rest & mask).into()
            }
        }
    }

    proptest! {
        #[test]
        fn every_address_of_a_refused_block_is_refused(block in 0..REFUSED.len(), rest: u128) {
            let address = address_in(REFUSED[block], rest);

            prop_assert!(check(at(address), &[]).is_err(), "{address}");
        }

        #[test]
        fn no_grant_reaches_a_block_that_none_can_grant(block in 0..REFUSED.len(), rest: u128) {
            let address = address_in(REFUSED[block], rest);
            // `::1` lies in a block whose other addresses are denied.
            prop_assume!(REFUSED[block].2.is_none() && !address.is_loopback());

            prop_assert!(check(at(address), &ALL).is_err(), "{address}");
        }

        #[test]
        fn an_ipv4_address_is_judged_alike_however_it_is_wrapped(address: u32) {
            let address = Ipv4Addr::from(address);
            let [a, b, c, d] = address.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);

            for wrapped in [address.to_ipv6_mapped(), Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low)] {
                prop_assert_eq!(place(wrapped.into()), place(address.into()));
            }
        }
    }

    #[test]
    fn a_block_is_reached_by_its_own_grant_and_by_no_other() {
        for &entry in REFUSED {
            let Some(network) = entry.2 else { continue };
            let address = at(address_in(entry, 0x0123));
            for granted in ALL {
                assert_eq!(check(address, &[granted]).is_ok(), granted == network, "{address} by {granted}");
            }
        }
    }

    #[test]
    fn metadata_takes_the_grant_of_the_link_whatever_range_it_lies_in() {
        for metadata in [
            "169.254.169.254",
            "168.63.129.16",
            "100.100.100.200",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:169.254.169.254",
        ] {
            let address = read(metadata);
            assert_eq!(check(address, &[]), Err(AddressDenied::NotGranted(Network::LinkLocal)), "{metadata}");
            assert!(check(address, &[Network::Private, Network::Loopback]).is_err(), "{metadata}");
            assert!(check(address, &[Network::LinkLocal]).is_ok(), "{metadata}");
        }
    }

    #[test]
    fn public_addresses_are_reached_without_a_grant() {
        for public in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2a00:1450:4001::200e",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert_eq!(check(read(public), &[]), Ok(()), "{public}");
        }
    }

    #[test]
    fn an_address_of_a_zone_is_refused() {
        let zoned: SocketAddr = "[fe80::1%2]:443".parse().expect("a zone is a number here");

        assert_eq!(check(zoned, &ALL), Err(AddressDenied::Never));
    }
}
