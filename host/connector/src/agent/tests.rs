//! Tests of the package as a whole.

use super::*;
use crate::offer::tests::{offer, provider};
use crate::{Offer, Provider};
use contract::{Profile, Publisher};

/// A provider whose profile states what an agent needs, but for its terms of use.
pub(crate) fn hub() -> Provider {
    let profile = Profile {
        title: "Contoso Hub".to_owned(),
        description: "Shows sellers the contracts around an account, an opportunity or a conversation. And more."
            .to_owned(),
        version: "1.4.0".to_owned(),
        publisher: Publisher {
            name: "Contoso Ltd.".to_owned(),
            website: Some("https://hub.contoso.example/".to_owned()),
            privacy_policy: Some("https://hub.contoso.example/privacy".to_owned()),
            support_email: Some("hub@contoso.example".to_owned()),
        },
        brand_color: Some("#0f6cbd".to_owned()),
        languages: vec!["en".to_owned(), "de".to_owned(), "fr".to_owned()],
        ..Profile::default()
    };
    let capabilities = ["record-summary", "record-details", "key-sales-info", "email-summary", "email-draft"];
    Provider { profile: Some(profile), ..provider("contoso-hub", &capabilities, &["key-stakeholders"]) }
}

/// Reads statements in the form of `agent.toml`.
pub(crate) fn settings(text: &str) -> AgentSettings {
    toml::from_str(text).expect("it is valid")
}

/// What the profile above does not state.
pub(crate) const STATED: &str =
    "terms-of-use = \"https://hub.contoso.example/terms\"\n[auth]\nreference-id = \"MzViYWI0ZGU\"";

pub(crate) fn form(runtime: AgentRuntime) -> AgentForm {
    AgentForm { runtime, discovery: Discovery::Pinned, manifest: ManifestVersion::V1_29 }
}

pub(crate) fn location() -> PublicUrl {
    PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() }
}

/// The package of one provider.
pub(crate) fn package(runtime: AgentRuntime) -> AgentPackage {
    made(&Offer::alone(hub()), STATED, form(runtime)).expect("it is complete")
}

fn made(offer: &Offer, text: &str, form: AgentForm) -> Result<AgentPackage, AgentFolderError> {
    AgentPackage::new(offer, &settings(text), location(), OAuth::default(), form)
}

fn file(package: &AgentPackage, name: &str) -> Value {
    let files = package.files();
    let (_, content) = files.iter().find(|(file, _)| file == name).expect(name);
    serde_json::from_slice(content).expect("it is JSON")
}

#[test]
fn the_same_plugins_make_the_same_bytes() {
    for runtime in [AgentRuntime::Api, AgentRuntime::Mcp] {
        let [one, other] = [package(runtime), package(runtime)].map(|package| crate::zip::archive(&package.files()));

        assert!(one == other);
    }
}

#[test]
fn everything_that_is_missing_is_named_at_once_by_its_key() {
    let two = offer(&[hub(), provider("other", &["record-summary"], &[])]);

    let error = made(&two, "", form(AgentRuntime::Api)).expect_err("nobody says it").to_string();

    for key in ["publisher", "website", "privacy-policy", "terms-of-use", "brand-color"] {
        assert!(error.contains(&format!("`{key}`")), "{key}: {error}");
    }
    assert!(error.contains("agent.toml"), "{error}");
}

#[test]
fn statements_that_microsoft_would_refuse_are_named_by_their_keys() {
    let long = "x".repeat(33);
    for (text, key) in [
        (format!("publisher = \"{long}\""), "publisher"),
        (format!("title = \"{long}\""), "title"),
        (format!("summary = \"{}\"", "x".repeat(81)), "summary"),
        ("website = \"http://localhost\"".to_owned(), "website"),
        ("brand-color = \"blue\"".to_owned(), "brand-color"),
        (format!("instructions = \"{}\"", "x".repeat(4_000)), "instructions"),
        ("description = \"[[a]]\"".to_owned(), "description"),
        ("[auth]\nreference-id = \"\"".to_owned(), "auth.reference-id"),
        ("[languages.\"a b\"]".to_owned(), "languages"),
    ] {
        let text = format!("terms-of-use = \"https://contoso.example/terms\"\n{text}");
        let error = made(&Offer::alone(hub()), &text, form(AgentRuntime::Api)).expect_err(&text).to_string();

        assert!(error.contains(&format!("`{key}`")), "{text}: {error}");
    }
}

#[test]
fn an_mcp_server_gets_no_api_key() {
    let text = "terms-of-use = \"https://contoso.example/terms\"\n[auth]\ntype = \"api-key\"\nreference-id = \"x\"";
    let hub = Offer::alone(hub());

    assert!(made(&hub, text, form(AgentRuntime::Api)).is_ok());
    let error = made(&hub, text, form(AgentRuntime::Mcp)).expect_err("Copilot sends none").to_string();

    assert!(error.contains("`auth.type`"), "{error}");
}

#[test]
fn the_id_of_an_app_follows_from_host_and_provider_and_differs_by_plugin() {
    let id = |package: &AgentPackage| file(package, "manifest.json")["id"].clone();
    let [api, mcp] = [AgentRuntime::Api, AgentRuntime::Mcp].map(|runtime| id(&package(runtime)));
    let merged = made(&offer(&[hub()]), STATED, form(AgentRuntime::Api)).expect("it is complete");
    let stated = format!("app-id = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"\n{STATED}");
    let stated = made(&Offer::alone(hub()), &stated, form(AgentRuntime::Api)).expect("it is complete");

    assert_eq!(api, id(&package(AgentRuntime::Api)));
    // Version 5, so that it is the same in every export.
    assert_eq!(api.as_str().and_then(|id| id.chars().nth(14)), Some('5'));
    assert!(api != mcp && api != id(&merged) && id(&merged) != mcp);
    assert_eq!(id(&stated), "66666666-7777-8888-9999-aaaaaaaaaaaa");
}

#[test]
fn an_agent_names_each_tool_once_and_its_plugin_calls_this_host() {
    let names = |plugin: &Value| -> Vec<String> {
        let functions = plugin["functions"].as_array().expect("functions");
        functions.iter().map(|function| function["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let (api, mcp) = (package(AgentRuntime::Api), package(AgentRuntime::Mcp));
    let (of_api, of_mcp) = (file(&api, "ai-plugin-api.json"), file(&mcp, "ai-plugin-mcp.json"));

    assert_eq!(names(&of_api), names(&of_mcp));
    assert_eq!(names(&of_api).last().map(String::as_str), Some("contoso_hub_key_stakeholders"));
    assert_eq!(of_api["runtimes"][0]["spec"]["url"], "openapi.json");
    assert_eq!(of_mcp["runtimes"][0]["spec"]["url"], "https://api.contoso.com/mcp/contoso-hub");
    assert_eq!(
        of_mcp["runtimes"][0]["auth"],
        serde_json::json!({ "type": "OAuthPluginVault", "reference_id": "MzViYWI0ZGU" })
    );
    let actions = |package| file(package, "declarativeAgent.json")["actions"].as_array().map(Vec::len);
    assert_eq!((actions(&api), actions(&mcp)), (Some(1), Some(1)));
    assert!(api.files().iter().all(|(name, _)| !name.contains("mcp")));
}

#[test]
fn tools_that_are_discovered_stand_nowhere_in_the_package() {
    let dynamic = AgentForm { discovery: Discovery::Dynamic, ..form(AgentRuntime::Mcp) };
    let package = made(&Offer::alone(hub()), STATED, dynamic).expect("it is complete");

    let plugin = file(&package, "ai-plugin-mcp.json");

    assert_eq!(plugin["functions"], serde_json::json!([]));
    assert_eq!(plugin["runtimes"][0]["run_for_functions"], serde_json::json!(["*"]));
    assert!(plugin["runtimes"][0]["spec"].get("mcp_tool_description").is_none());
    assert!(package.files().iter().all(|(name, _)| !name.starts_with("cards/")));
    assert!(package.warnings().iter().any(|warning| warning.contains("dynamic discovery")));
}

#[test]
fn texts_for_people_are_in_the_languages_of_the_plugin() {
    let package = package(AgentRuntime::Api);
    let (agent, german) = (file(&package, "declarativeAgent.json"), file(&package, "language-de.json"));

    assert_eq!(agent["name"], "[[agent_name]]");
    assert_eq!(german["localizationKeys"]["agent_name"], "Contoso Hub");
    assert_eq!(german["description.short"], "Erkenntnisse für den Vertrieb aus Contoso Hub.");
    assert_eq!(german["localizationKeys"]["starter_1_title"], "Was ist neu?");
    let english = file(&package, "language-en.json");
    assert!(english["description.full"].as_str().is_some_and(|text| text.starts_with("Shows sellers")), "{english}");
}

#[test]
fn one_language_needs_no_files_and_an_unknown_one_is_told() {
    let plain = |languages: &[&str]| {
        let mut hub = hub();
        let languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
        hub.profile = hub.profile.map(|profile| Profile { languages, ..profile });
        made(&Offer::alone(hub), STATED, form(AgentRuntime::Api)).expect("it is complete")
    };

    let one = plain(&["de-AT"]);
    assert_eq!(file(&one, "declarativeAgent.json")["name"], "Contoso Hub");
    assert!(file(&one, "manifest.json").get("localizationInfo").is_none());
    let unknown = plain(&["en", "sl"]);
    assert!(unknown.warnings().iter().any(|warning| warning.contains("sl")), "{:?}", unknown.warnings());
}

#[test]
fn the_instructions_say_where_record_ids_come_from_and_fit() {
    let package = package(AgentRuntime::Api);

    let text = instructions::text(&package);

    assert!(text.encode_utf16().count() <= instructions::LONGEST);
    for part in ["`record_summary`", "`recordId`", "CRM link", "etn", "lightning", "paste the link", "`errorMessage`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("a tool that takes the name: `contoso_hub_key_stakeholders`"), "{text}");
}

#[test]
fn instructions_fit_however_many_tools_there_are_and_however_long_their_texts() {
    let names: Vec<String> = (0..64).map(|number| format!("skill-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut many = Provider { profile: hub().profile, ..provider("hub", &["record-summary"], &names) };
    for skill in &mut many.skills {
        skill.description = "Use this when ".to_owned() + &"x".repeat(1_900);
    }
    let (said, own) = ("z".repeat(1_000), "y".repeat(3_000));
    let own = format!("description = \"{said}\"\ninstructions = \"{own}\"\n{STATED}");

    let package = made(&Offer::alone(many), &own, form(AgentRuntime::Api)).expect("it is complete");
    let text = instructions::text(&package);

    assert!(text.encode_utf16().count() <= instructions::LONGEST, "{}", text.len());
    assert!(text.contains(&"y".repeat(3_000)), "{text}");
    assert!(text.contains("More tools"), "{text}");
}

#[test]
fn two_skills_that_make_one_tool_are_both_named() {
    let two = offer(&[provider("contoso", &[], &["hub-who"]), provider("contoso-hub", &[], &["who"])]);

    let error = made(&two, "", form(AgentRuntime::Api)).expect_err("they collide").to_string();

    assert!(error.contains("`hub-who` of contoso and") && error.contains("`who` of contoso-hub"), "{error}");
}

#[test]
fn the_statements_that_the_guide_shows_are_statements() {
    let guide = include_str!("../../../../docs/agent.md");
    let shown = guide.split("```toml\n# agent.toml\n").nth(1).and_then(|rest| rest.split("```").next());

    let shown: AgentSettings = toml::from_str(shown.expect("the guide shows them")).expect("they are valid");

    assert_eq!(shown.problems(), [""; 0]);
}
