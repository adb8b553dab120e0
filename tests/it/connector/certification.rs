//! What import and certification of Power Platform would reject, and the files that they ask for.

use std::fs;
use std::process::Command;

use insight_tests::Ran;
use serde_json::{Value, json};

use super::{Export, MERGED};

const DESCRIPTION: &str = "Contracts and support cases, where sellers need them.";

/// Exports Contoso Hub under a title and a description.
fn export(title: &str, description: &str) -> Ran {
    let export = Export::of(&["contoso-hub"]);
    export.write("connector.toml", &format!("title = {title:?}\ndescription = {description:?}\n"));
    let ran = export.run(&["--provider", "contoso-hub", "--settings", "connector.toml"]);
    assert_eq!(export.path("out").exists(), ran.code == Some(0), "{ran:?}");
    ran
}

#[test]
fn titles_and_descriptions_that_certification_rejects_are_refused_by_their_keys() {
    let ran = export("Contoso Hub", DESCRIPTION);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    for title in [
        "Contoso API",
        "Contoso Connector",
        "Contoso for Power Apps",
        "Contoso Copilot Studio Hub",
        "Contoso Hub.",
        "Contoso Hub (beta)",
        " Contoso Hub ",
    ] {
        let ran = export(title, DESCRIPTION);
        assert_eq!(ran.code, Some(78), "{title}: {ran:?}");
        assert!(ran.stderr.contains("`title` must"), "{title}: {}", ran.stderr);
    }
    let ran = export("Contoso Hub", "Contracts and support cases for sellers. Works in Power Automate flows.");
    assert!(ran.code == Some(78) && ran.stderr.contains("`description` must not name"), "{ran:?}");
}

#[test]
fn addresses_that_reviewers_cannot_reach_are_refused_by_their_keys() {
    let export = Export::of(&["contoso-hub"]);
    export.write(
        "connector.toml",
        "website = \"http://localhost\"\n[contact]\nemail = \"help@127.0.0.1\"\nurl = \"https://contoso\"\n",
    );

    let ran = export.run(&["--provider", "contoso-hub", "--settings", "connector.toml"]);

    assert_eq!(ran.code, Some(78), "{ran:?}");
    for key in ["`website`", "`contact.email`", "`contact.url`"] {
        assert!(ran.stderr.contains(key), "{key} in {}", ran.stderr);
    }
    for host in ["localhost:8080", "127.0.0.1", "contoso"] {
        let ran = export.run_for(host, &["--provider", "contoso-hub"]);
        assert!(ran.code == Some(2) && ran.stderr.contains("--host-name"), "{host}: {ran:?}");
    }
}

#[test]
fn operations_have_the_observed_ids_or_keep_the_former_ones() {
    let export = Export::of(&["contoso-hub"]);
    export.write("connector.toml", "operation-ids = \"0.1\"\n");
    let ids = |arguments: &[&str]| -> Vec<String> {
        let ran = export.run(&[&["--provider", "contoso-hub", "--chat-skills"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let paths = export.json("apiDefinition.swagger.json")["paths"].clone();
        let operations = paths.as_object().expect("paths").values().flat_map(|path| path.as_object().expect("methods"));
        operations.map(|(_, operation)| operation["operationId"].as_str().expect("an id").to_owned()).collect()
    };

    let observed = ids(&[]);
    for id in ["scp-get-sales-highlights", "scp-get-content-suggestions", "ContosoHubKeyStakeholders", "TestConnection"]
    {
        assert!(observed.iter().any(|it| it == id), "{id} in {observed:?}");
    }
    let former = ids(&["--settings", "connector.toml"]);
    for id in ["scp-get-key-sales", "scp-get-email-draft", "contoso-hub-key-stakeholders", "test-connection"] {
        assert!(former.iter().any(|it| it == id), "{id} in {former:?}");
    }
}

#[test]
fn a_maker_may_state_the_copilots_that_the_connector_is_published_to() {
    let export = Export::of(&["crm-notes"]);
    export.write("connector.toml", "published-to-copilots = [\"Microsoft Sales Copilot\"]\n");
    let info = |arguments: &[&str]| -> Value {
        let ran = export.run(&[&["--provider", "crm-notes"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        export.json("apiDefinition.swagger.json")["info"].clone()
    };

    assert!(info(&[]).get("x-ms-openai-published-to-copilots").is_none());
    assert_eq!(
        info(&["--settings", "connector.toml"])["x-ms-openai-published-to-copilots"],
        json!([{ "AICopilot-enabled": true, "AICopilotName": "Microsoft Sales Copilot" }])
    );
}

#[test]
fn the_solution_is_an_archive_in_the_layout_that_the_validator_of_packages_asks_for() {
    let export = Export::of(&["contoso-hub"]);
    let ran = export.run(&["--provider", "contoso-hub"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");

    // Python stands for other readers of archives; it checks each checksum.
    let script = "import json, sys, zipfile\n\
                  archive = zipfile.ZipFile(sys.argv[1])\n\
                  assert archive.testzip() is None\n\
                  print(json.dumps({name: archive.read(name).decode('latin-1') for name in archive.namelist()}))";
    let ran = Command::new("python3").args(["-c", script]).arg(export.path("out/solution.zip")).output();
    let ran: Ran = ran.expect("python3 is installed").into();

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let files: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let names: Vec<&String> = files.as_object().expect("files").keys().collect();
    let connector = |file: &str| format!("Connector/contosol_contosohub_{file}");
    assert_eq!(
        names,
        [
            "[Content_Types].xml",
            "solution.xml",
            "customizations.xml",
            &connector("openapidefinition.json"),
            &connector("connectionparameters.json"),
            &connector("policytemplateinstances.json"),
            &connector("iconblob.Png"),
        ]
    );
    let definition: Value =
        serde_json::from_str(files[names[3]].as_str().expect("text")).expect("the definition is JSON");
    assert_eq!(definition["info"]["title"], "Contoso Hub");
    let customizations = files["customizations.xml"].as_str().expect("text");
    assert!(customizations.contains(&format!("<openapidefinition>/{}</openapidefinition>", names[3])));
    let [intro, readme] =
        ["intro.md", "readme.md"].map(|file| fs::read(export.path("out").join(file)).expect("it is there"));
    assert_eq!(intro, readme);
}

#[test]
fn another_identity_provider_takes_the_place_of_entra_id() {
    let export = Export::of(&["contoso-hub"]);
    let oauth = "authorization-url = \"https://id.contoso.com/authorize\"\ntoken-url = \"https://id.contoso.com/token\"\n\
                 client-id = \"insights\"\nscope = \"insights offline_access\"\n";
    export.write("connector.toml", &format!("[oauth]\n{oauth}"));

    let ran = export.run(&["--provider", "contoso-hub", "--chat-skills", "--settings", "connector.toml"]);

    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let parameters = export.json("apiProperties.json")["properties"]["connectionParameters"].clone();
    let settings = &parameters["token"]["oAuthSettings"];
    assert_eq!((&settings["identityProvider"], &settings["clientId"]), (&json!("oauth2"), &json!("insights")));
    let refresh = &settings["customParameters"]["refreshUrl"]["value"];
    assert_eq!(refresh, "https://id.contoso.com/token");
    assert!(parameters.get("token:TenantId").is_none());
    let scheme = &export.json("apiDefinition.swagger.json")["securityDefinitions"]["oauth2-auth"];
    assert_eq!(scheme["authorizationUrl"], "https://id.contoso.com/authorize");
    assert_eq!(scheme["scopes"].as_object().map(|scopes| scopes.len()), Some(2));

    let urls = oauth.split("client-id").next().expect("it begins with the URLs");
    export.write("connector.toml", &format!("{MERGED}{urls}"));
    let ran = export.run(&["--settings", "connector.toml"]);
    assert!(ran.code == Some(78) && ran.stderr.contains("`oauth.application` is of Entra ID alone"), "{ran:?}");
}
