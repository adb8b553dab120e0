//! The address of a listener, as settings and flags write it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use serde::{Deserialize, Deserializer};

/// The error for a text that is not the address of a listener. It names the address that was probably meant.
#[derive(Debug, thiserror::Error)]
#[error(
    "write an IP address and a port, as names are not resolved: 127.0.0.1:{port} for this machine alone, or \
     0.0.0.0:{port} for every address of it; with IPv6, [::1]:{port} or [::]:{port}"
)]
pub(crate) struct ListenAddressError {
    /// The port of the text, or a word in its place.
    port: String,
}

/// Reads an address such as `127.0.0.1:8080`.
///
/// # Errors
///
/// Fails if the text is a name, or has no address or no port.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, ListenAddressError> {
    text.parse().map_err(|_| {
        let port = text.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        ListenAddressError { port: port.map_or_else(|| "PORT".to_owned(), |port| port.to_string()) }
    })
}

/// Returns what to do about an address that cannot be listened at, by the system's error.
pub(crate) fn listen_remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => "another server listens there",
        ErrorKind::AddrNotAvailable => "this machine has no such address; 0.0.0.0 and [::] are all that it has",
        ErrorKind::PermissionDenied => {
            "take a port above 1023, or give the host the capability CAP_NET_BIND_SERVICE (`AmbientCapabilities=` in a \
             systemd unit)"
        }
        _ => "name another address",
    }
}

/// Reads the setting of such an address.
pub(super) fn setting<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    listen_address(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_taken_is_told_with_the_remedy() {
        let remedy = |kind| listen_remedy(&io::Error::from(kind));

        assert!(remedy(ErrorKind::AddrInUse).contains("another server"));
        assert!(remedy(ErrorKind::AddrNotAvailable).contains("no such address"));
        assert!(remedy(ErrorKind::PermissionDenied).contains("CAP_NET_BIND_SERVICE"));
    }

    #[test]
    fn what_is_no_address_is_answered_with_one() {
        for (text, port) in [
            ("localhost:18080", "18080"),
            (":9000", "9000"),
            ("9000", "9000"),
            ("127.0.0.1", "PORT"),
            ("::1:x", "PORT"),
        ] {
            let error = listen_address(text).expect_err(text).to_string();

            assert!(error.contains(&format!("127.0.0.1:{port} ")) && error.contains("IP address"), "{text}: {error}");
        }
        assert!(listen_address("::1:80").expect_err("no brackets").to_string().contains("[::1]:80"));
        assert!(listen_address("[::1]:0").is_ok() && listen_address("0.0.0.0:80").is_ok());
    }
}
