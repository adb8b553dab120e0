//! Callers that may use some providers only.

use std::fs;

use insight_tests::Answer;
use insight_tests::issuer::{Issuer, SigningKey};
use serde_json::json;
use tempfile::TempDir;

use super::{ask_at, host_with, issuer};
use crate::errors::assert_error;

const SNOOP: &str = "/api/providers/snoop/record-summary";
const ROGUE: &str = "/api/providers/rogue/record-summary";
const NOBODY: &str = "/api/providers/nobody/record-summary";
const ALL: &str = "/api/record-summary";

#[test]
fn who_may_ask_one_provider_is_refused_the_others_and_gets_that_one_where_all_answer() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", "providers = [\"snoop\"]"));
    let bearer = format!("Bearer {}", key.sign(&issuer.claims(&json!({}))));
    let ask = |route: &str| ask_at(&host, route, "authorization", &bearer);

    assert_eq!(ask(SNOOP).status, 200);
    // The caller does not learn which other providers exist.
    assert_error(&ask(ROGUE), 403, "INSUFFICIENT_PERMISSIONS");
    assert_error(&ask(NOBODY), 403, "INSUFFICIENT_PERMISSIONS");
    let merged = ask(ALL);
    assert_eq!((merged.status, merged.items().len()), (200, 1), "{merged:?}");
}

#[test]
fn an_application_may_be_limited_more_than_its_issuer() {
    let (issuer, key) = issuer();
    let clients = "clients = [{ id = \"outlook\", providers = [\"rogue\"] }, { id = \"teams\" }]";
    let host = host_with(&issuer.settings("", clients));
    let ask = |client: &str, route: &str| {
        let token = key.sign(&issuer.claims(&json!({ "azp": client })));
        ask_at(&host, route, "authorization", &format!("Bearer {token}"))
    };

    assert_eq!((ask("outlook", ROGUE).status, ask("outlook", SNOOP).status), (200, 403));
    assert_eq!((ask("teams", ROGUE).status, ask("teams", SNOOP).status), (200, 200));
    assert_eq!(ask("outlook", ALL).items().len(), 1);
    assert_eq!(ask("teams", ALL).items().len(), 2);
}

#[test]
fn each_of_several_issuers_speaks_for_its_own_callers_alone() {
    let (contoso, of_contoso) = issuer();
    // Both keys have the same id, so that only the signature tells them apart.
    let of_fabrikam = SigningKey::number(2, "one");
    let fabrikam = Issuer::with(&[&of_fabrikam]);
    let folder = TempDir::new().expect("there is room for a temporary folder");
    let (both, ca) =
        (folder.path().join("both.pem"), |issuer: &Issuer| fs::read(issuer.ca_file()).expect("it is there"));
    fs::write(&both, [ca(&contoso), ca(&fabrikam)].concat()).expect("the folder is ours");
    let tables =
        contoso.table("contoso", "providers = [\"rogue\"]") + &fabrikam.table("fabrikam", "providers = [\"snoop\"]");
    let host = host_with(&format!("[auth]\nca-file = {both:?}\n{tables}"));
    let ask = |key: &SigningKey, issuer: &Issuer| {
        let bearer = format!("Bearer {}", key.sign(&issuer.claims(&json!({}))));
        [ROGUE, SNOOP].map(|route| ask_at(&host, route, "authorization", &bearer).status)
    };

    assert_eq!(ask(&of_contoso, &contoso), [200, 403]);
    assert_eq!(ask(&of_fabrikam, &fabrikam), [403, 200]);
    assert_eq!(ask(&of_contoso, &fabrikam), [401, 401]);
    assert_eq!(ask(&of_fabrikam, &contoso), [401, 401]);
}

#[test]
fn who_may_ask_none_of_those_that_answer_is_answered_as_if_there_were_none() {
    let (issuer, key) = issuer();
    let host = host_with(&issuer.settings("", "providers = [\"elsewhere\"]"));
    let bearer = format!("Bearer {}", key.sign(&issuer.claims(&json!({}))));
    let ask = |route: &str| ask_at(&host, route, "authorization", &bearer);

    let others_answer = ask(ALL);
    let nobody_answers = ask("/api/record-details");

    assert_error(&others_answer, 404, "NOT_FOUND");
    assert_error(&nobody_answers, 404, "NOT_FOUND");
    let message = |answer: &Answer| answer.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
    assert_eq!(message(&others_answer), message(&nobody_answers).replace("record-details", "record-summary"));
    assert_eq!([ask(ROGUE).status, ask(NOBODY).status], [403, 403]);
}
