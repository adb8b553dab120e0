//! Entry points of the fuzz target `addresses`.

use std::net::SocketAddr;

use super::address;
use super::client::read_url;
use super::origin::Origin;

/// Returns whether a connection may be made if only the public network is granted.
pub fn may_connect(address: SocketAddr) -> bool {
    address::check(address, &[]).is_ok()
}

/// Returns the host that a guest's URL leads to and the authority that is sent, if a grant of `origin` covers
/// it.
pub fn covered(origin: &str, url: &str) -> Option<(String, String)> {
    let granted = Origin::parse(origin).expect("the target names one that can be granted");
    let (sent, target) = read_url(url).ok()?;
    let authority = sent.authority().map(ToString::to_string).unwrap_or_default();
    granted.covers(&target).then(|| (target.host().to_owned(), authority))
}
