//! The agreement of the exported connector and the host about tokens.

use insight_tests::issuer::{Issuer, SigningKey, TENANT};
use serde_json::{Value, json};

use super::{Export, PUBLIC};
use crate::{UNDER_TEST, host};

/// The guide for makers, whose example the tests run.
const GUIDE: &str = include_str!("../../../docs/connector.md");

/// Returns the block of the guide that begins with this comment.
fn shown(comment: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```toml\n{comment}\n")).expect("the guide shows it");
    rest.split("```").next().expect("a block ends")
}

/// Returns the audience for which the connector in the folder requests tokens.
fn audience(export: &Export) -> String {
    let properties = export.json("apiProperties.json");
    let settings = &properties["properties"]["connectionParameters"]["token"]["oAuthSettings"];
    settings["customParameters"]["resourceUri"]["value"].as_str().expect("an audience").to_owned()
}

/// Returns settings of an issuer with more keys.
fn issuer(more: &str) -> String {
    format!("{PUBLIC}[auth.issuers.entra]\ntenants = [\"{TENANT}\"]\nscopes = [\"Insights.Read\"]\n{more}\n")
}

#[test]
fn the_example_of_the_guide_works_from_export_to_answer_with_tokens_of_both_versions() {
    let key = SigningKey::number(1, "one");
    let entra = Issuer::with(&[&key]);
    // As in the guide, but for the place of the keys, which are not Entra ID's own.
    let settings = format!(
        "{}jwks-url = \"{}/keys\"\n[auth]\nca-file = {:?}\n[load]\nsuspend-after = 0\n",
        shown("# insight-host.toml"),
        entra.origin(),
        entra.ca_file()
    );
    let export = Export::of(&["contoso-hub"]);
    export.write("insight-host.toml", &settings);
    export.write("connector.toml", shown("# connector.toml"));
    let host = host().sample("contoso-hub").settings(&settings).start();

    for arguments in [&[][..], &["--settings", "connector.toml"]] {
        let ran = export.run(&[&["--provider", "contoso-hub", "--config", "insight-host.toml"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");

        // Version 1.0 names the resource as it was requested, version 2.0 the application's ID.
        let resource = audience(&export);
        let application = resource.strip_prefix("api://").expect("it is a URI").to_owned();
        let first = json!({
            "iss": format!("https://sts.windows.net/{TENANT}/"), "ver": "1.0", "aud": resource, "azp": null,
            "appid": "77777777-7777-8888-9999-aaaaaaaaaaaa", "scp": "Insights.Read",
        });
        let second = json!({
            "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "ver": "2.0", "aud": application,
            "azp": "77777777-7777-8888-9999-aaaaaaaaaaaa", "scp": "Insights.Read",
        });
        for claims in [first, second] {
            let token = format!("Bearer {}", key.sign(&entra.claims(&claims)));
            for path in ["test-connection", "key-sales-info?recordType=lead&recordId=1"] {
                let path = format!("/api/providers/contoso-hub/{path}");
                let answer = host.get_with(&path, &[("authorization", token.as_str())]);
                assert_eq!(answer.status, 200, "{path} with {claims}: {answer:?}");
            }
        }
    }
}

#[test]
fn an_export_takes_its_audience_from_the_host_and_is_refused_if_the_host_would_reject_its_tokens() {
    let export = Export::of(&["contoso-hub"]);
    let run = |settings: &str, connector: &str| {
        export.write("insight-host.toml", &issuer(settings));
        export.write("connector.toml", connector);
        let ran = export.run(&["--provider", "contoso-hub", "--settings", "connector.toml"]);
        (ran.code, ran.stderr)
    };

    let (code, said) = run("audiences = [\"https://api.contoso.com\"]", "");
    assert_eq!((code, audience(&export).as_str()), (Some(0), "https://api.contoso.com"), "{said}");
    assert!(said.contains("`oauth.client-id`"), "{said}");

    let application = "application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"";
    for (settings, connector, part) in [
        (application, "oauth.resource = \"https://api.contoso.com\"", "`audiences`"),
        (application, "oauth.application = \"11111111-7777-8888-9999-aaaaaaaaaaaa\"", "`audiences`"),
        (application, "oauth.scope = \"Insights.Write\"", "`oauth.scope`"),
        (
            &format!("{application}\nclients = [{{ id = \"other\" }}]"),
            "oauth.client-id = \"77777777-7777-8888-9999-aaaaaaaaaaaa\"",
            "`oauth.client-id`",
        ),
    ] {
        let (code, said) = run(settings, connector);
        assert_eq!(code, Some(78), "{connector}: {said}");
        assert!(said.contains(part) && said.contains("`auth.issuers.entra`"), "{connector}: {said}");
    }
}

#[test]
fn without_the_hosts_settings_an_export_says_that_the_audience_was_not_checked() {
    let export = Export::of(&["crm-notes"]);

    let ran = export.run(&["--provider", "crm-notes"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("tokens for `https://api.contoso.com`") && ran.stderr.contains("--config"), "{ran:?}");
}

#[test]
fn checking_settings_says_which_audience_an_export_requests_and_what_to_add() {
    let export = Export::of(&[]);
    let check = |settings: &str| {
        export.write("insight-host.toml", &issuer(settings));
        let mut command = UNDER_TEST.command(["config", "check"]);
        let ran: insight_tests::Ran = command.current_dir(export.path("")).output().expect("it runs").into();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout
    };

    let said = check("application = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"");
    assert!(said.contains("tokens for `api://66666666-7777-8888-9999-aaaaaaaaaaaa`, which the host accepts"), "{said}");
    let said = check("audiences = [\"66666666-7777-8888-9999-aaaaaaaaaaaa\"]");
    assert!(said.contains("`https://api.contoso.com`") && said.contains("add it to `audiences`"), "{said}");
}

#[test]
fn the_served_definition_requests_tokens_that_the_host_accepts() {
    let key = SigningKey::number(1, "one");
    let entra = Issuer::with(&[&key]);
    let host = host().sample("crm-notes").settings(&format!("{PUBLIC}{}", entra.settings("", ""))).start();
    let token = format!("Bearer {}", key.sign(&entra.claims(&json!({}))));

    let answer = host.get_with("/api/connector/apiDefinition.swagger.json", &[("authorization", token.as_str())]);

    let definition: Value = answer.json();
    assert_eq!(definition["security"], json!([{ "oauth2-auth": ["api://insights/.default"] }]));
}
