//! The addresses that guests' requests may reach (SSRF). Without a grant of another network, only addresses that the
//! standard library counts as public are allowed; and a URL that a grant covers has the granted host, by another URL
//! parser.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use arbitrary::Arbitrary;
use insight_host::fuzzing::{covered, may_connect};
use libfuzzer_sys::fuzz_target;

/// A guest's URL, and an address that its name may resolve to.
#[derive(Arbitrary, Debug)]
struct Way {
    url: String,
    address: Address,
    port: u16,
    scope: u32,
}

#[derive(Arbitrary, Debug)]
enum Address {
    V4([u8; 4]),
    V6([u8; 16]),
    /// An IPv4 address at the end of an IPv6 address: mapped, translated, tunnelled.
    In([u8; 12], [u8; 4]),
}

impl Address {
    fn read(&self) -> IpAddr {
        match self {
            Self::V4(bytes) => Ipv4Addr::from(*bytes).into(),
            Self::V6(bytes) => Ipv6Addr::from(*bytes).into(),
            Self::In(head, tail) => {
                let mut bytes = [0; 16];
                bytes[..12].copy_from_slice(head);
                bytes[12..].copy_from_slice(tail);
                Ipv6Addr::from(bytes).into()
            }
        }
    }
}

fuzz_target!(|way: Way| {
    let address = match way.address.read() {
        IpAddr::V4(address) => SocketAddr::from((address, way.port)),
        IpAddr::V6(address) => std::net::SocketAddrV6::new(address, way.port, 0, way.scope).into(),
    };
    if may_connect(address) {
        assert!(is_public(address.ip()), "{address} is reached");
        assert!(address.is_ipv4() || way.scope == 0, "{address} is reached through one link");
    }
    if let Some((host, authority)) = covered("https://*.contoso.example:8443", &way.url) {
        assert!(host.ends_with(".contoso.example"), "{:?} leads to {host}", way.url);
        assert!(host.bytes().all(|byte| byte.is_ascii_graphic() && !b"/@?#\\:".contains(&byte)), "{host:?}");
        assert_eq!(authority, format!("{host}:8443"), "{:?} is sent elsewhere than was checked", way.url);
    }
});

/// Returns whether the standard library counts the address as public. An IPv4 address within it is judged alone.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_unspecified()
                || address.is_multicast()
                || address.octets()[0] >= 240)
        }
        IpAddr::V6(address) => match (address.to_ipv4_mapped(), address.segments()) {
            (Some(inside), _) => is_public(inside.into()),
            (None, [0x64, 0xff9b, 0, 0, 0, 0, high, low]) => {
                is_public(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)).into())
            }
            (None, [first, ..]) => first & 0xe000 == 0x2000 && !address.is_multicast() && first != 0x2002,
        },
    }
}
