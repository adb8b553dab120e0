//! Addresses of the host's own servers, which no plugin may reach: the admin API listens on loopback.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, PoisonError, RwLock};

/// Addresses that the host itself listens at.
#[derive(Clone, Debug, Default)]
pub(super) struct Listening(Arc<RwLock<Vec<SocketAddr>>>);

impl Listening {
    pub(super) fn add(&self, address: SocketAddr) {
        // A panic cannot leave a list incomplete, so poisoning is ignored.
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(address);
    }

    /// Returns whether a connection to `address` would reach the host itself.
    ///
    /// A connection that a router translates back to the host is not detected.
    pub(super) fn is_reached_at(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        let own = self.0.read().unwrap_or_else(PoisonError::into_inner);
        own.iter().filter(|own| own.port() == address.port()).any(|own| match own.ip().to_canonical() {
            any if any.is_unspecified() => is_of_this_machine(ip),
            own => own == ip,
        })
    }
}

/// Returns whether the machine has this address: the kernel lets a socket bind to it.
fn is_of_this_machine(ip: IpAddr) -> bool {
    // The answer is the safe one if the kernel cannot tell, for want of descriptors.
    ip.is_loopback() || UdpSocket::bind((ip, 0)).err().is_none_or(|error| error.kind() != ErrorKind::AddrNotAvailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(own: &str, address: &str) -> bool {
        let listening = Listening::default();
        listening.add(own.parse().expect("an address"));
        listening.is_reached_at(address.parse().expect("an address"))
    }

    #[test]
    fn the_hosts_own_address_is_known_in_every_form() {
        assert!(reached("127.0.0.1:8080", "127.0.0.1:8080"));
        assert!(reached("127.0.0.1:8080", "[::ffff:127.0.0.1]:8080"));
        assert!(!reached("127.0.0.1:8080", "127.0.0.1:8081"));
        assert!(!reached("127.0.0.1:8080", "[::1]:8080"));
    }

    #[test]
    fn listening_at_every_address_is_listening_at_each() {
        for own in ["0.0.0.0:8080", "[::]:8080"] {
            assert!(reached(own, "127.0.0.1:8080") && reached(own, "127.9.9.9:8080") && reached(own, "[::1]:8080"));
            assert!(!reached(own, "127.0.0.1:8081") && !reached(own, "8.8.8.8:8080"));
        }
    }
}
