//! first
use crate::host;
#[test]
fn first() {
    let host = host().guest("rogue").settings(crate::QUICK).start();
    assert_eq!(host.ask("rogue", "ok").said(), "ok");
}
