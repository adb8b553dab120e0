//! An issuer of tokens that is gone for a minute.

use std::thread::sleep;

use insight_tests::issuer::{Issuer, SigningKey};
use insight_tests::wait_for;
use serde_json::json;

use super::{GONE, Load, told};
use crate::host;

/// Settings under which keys are fetched continuously.
const OFTEN: &str = "signing-keys-pause = \"100ms\"\nsigning-keys-refresh = \"100ms\"";

fn request(token: &str) -> String {
    format!(
        "GET /api/providers/rogue/record-summary?recordType=account&recordId=ok HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    )
}

#[test]
#[ignore = "it takes minutes: `.ci/slow recovery` runs it"]
fn callers_are_known_while_their_issuer_is_gone_and_by_its_new_keys_afterwards() {
    let [old, new] = [SigningKey::number(1, "one"), SigningKey::number(2, "two")];
    let issuer = Issuer::with(&[&old]);
    let settings = format!("[load]\nsuspend-after = 0\n{}", issuer.settings(OFTEN, ""));
    let host = host().guest("rogue").settings(&settings).start();
    let [of_old, of_new] = [&old, &new].map(|key| key.sign(&issuer.claims(&json!({}))));
    let load = Load::start(host.address(), &request(&of_old));
    load.wait_for_answers();

    issuer.fail();
    sleep(GONE);
    load.wait_for_answers();
    let line = told(&host, "signing keys could not be fetched");
    issuer.publish(&[&old, &new]);
    issuer.recover();

    wait_for("the new key", || {
        super::load::send(host.address(), &request(&of_new))
            .is_ok_and(|answer| answer.contains(" 200 OK"))
            .then_some(())
    });
    load.wait_for_answers();
    load.end_unnoticed("signing keys gone for a minute", &line);
}
