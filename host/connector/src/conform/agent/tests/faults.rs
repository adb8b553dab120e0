//! Faults in the files of a package.

use serde_json::{Value, json};

use super::super::super::Rule;
use super::{Pack, packs};
use crate::agent::image::Picture;

const APP: &str = "manifest.json";
const AGENT: &str = "declarativeAgent.json";
const PLUGIN: &str = "ai-plugin-api.json";
const MCP: &str = "ai-plugin-mcp.json";
const OPENAPI: &str = "openapi.json";
const CARD: &str = "cards/record_summary.json";
const TOOLS: &str = "/runtimes/0/spec/mcp_tool_description";

/// A fault: its name, the rule that finds it, and how it is made.
type PackageFault = (&'static str, Rule, fn(&mut Pack));

/// Faults of packages with an API plugin.
const OF_API: &[PackageFault] = &[
    ("no manifest", Rule::ManifestMissing, |pack| drop(pack.0.remove(APP))),
    ("manifest in a folder", Rule::ManifestMissing, |pack| {
        let manifest = pack.0.remove(APP).expect("it is there");
        pack.0.insert(format!("appPackage/{APP}"), manifest);
    }),
    ("no agent", Rule::ManifestMissing, |pack| pack.remove(APP, "/copilotAgents")),
    ("manifest is cut", Rule::FileNotJson, |pack| pack.0.get_mut(APP).expect("it is there").truncate(100)),
    ("agent is no JSON", Rule::FileNotJson, |pack| drop(pack.0.insert(AGENT.to_owned(), b"name: x".to_vec()))),
    ("no terms of use", Rule::ManifestInvalid, |pack| pack.remove(APP, "/developer/termsOfUseUrl")),
    ("long developer", Rule::ManifestInvalid, |pack| pack.set(APP, "/developer/name", "x".repeat(33).into())),
    ("unknown member of the app", Rule::ManifestInvalid, |pack| pack.set(APP, "/descripton", "x".into())),
    ("colour is a word", Rule::ManifestInvalid, |pack| pack.set(APP, "/accentColor", "blue".into())),
    ("old agent", Rule::ManifestFormer, |pack| pack.set(AGENT, "/version", "v1.2".into())),
    ("agent of no version", Rule::ManifestInvalid, |pack| pack.set(AGENT, "/version", "v0.9".into())),
    ("former plugin", Rule::ManifestFormer, |pack| pack.set(PLUGIN, "/schema_version", "v2.2".into())),
    ("long instructions", Rule::ManifestInvalid, |pack| pack.set(AGENT, "/instructions", "x".repeat(8_001).into())),
    ("unknown member of the agent", Rule::ManifestInvalid, |pack| pack.set(AGENT, "/instruction", "x".into())),
    ("eleven plugins", Rule::ManifestInvalid, |pack| {
        let action = json!({ "id": "x", "file": PLUGIN });
        pack.set(AGENT, "/actions", vec![action; 11].into());
    }),
    ("old plugin", Rule::ManifestInvalid, |pack| pack.set(PLUGIN, "/schema_version", "v9".into())),
    ("no reference", Rule::ManifestInvalid, |pack| pack.remove(PLUGIN, "/runtimes/0/auth/reference_id")),
    ("runtime without sign-in", Rule::ManifestInvalid, |pack| pack.remove(PLUGIN, "/runtimes/0/auth")),
    ("two kinds of specification", Rule::ManifestInvalid, |pack| {
        pack.set(PLUGIN, "/runtimes/0/spec/local_endpoint", "Microsoft.Office.Addin".into());
    }),
    ("old app manifest", Rule::ManifestVersion, |pack| pack.set(APP, "/manifestVersion", "1.11".into())),
    ("future app manifest", Rule::ManifestVersion, |pack| pack.set(APP, "/manifestVersion", "2.0".into())),
    ("no id of its own", Rule::AppId, |pack| pack.set(APP, "/id", "00000000-0000-0000-0000-000000000000".into())),
    ("no icon", Rule::FileMissing, |pack| drop(pack.0.remove("color.png"))),
    ("no card", Rule::FileMissing, |pack| drop(pack.0.remove(CARD))),
    ("no definition", Rule::FileMissing, |pack| drop(pack.0.remove(OPENAPI))),
    ("no plugin", Rule::FileMissing, |pack| drop(pack.0.remove(PLUGIN))),
    ("card in other letter case", Rule::FileMissing, |pack| {
        let card = pack.0.remove(CARD).expect("it is there");
        pack.0.insert("cards/Record_Summary.json".to_owned(), card);
    }),
    ("reference out of the package", Rule::PackagePath, |pack| {
        pack.set(AGENT, "/actions/0/file", "../ai-plugin-api.json".into());
    }),
    ("a file too many", Rule::FileUnused, |pack| drop(pack.0.insert("notes.json".to_owned(), b"{}".to_vec()))),
    ("150 KB", Rule::PackageHeavy, |pack| pack.set(CARD, "/fallbackText", "x".repeat(151_000).into())),
    ("100 KB", Rule::PackageLarge, |pack| pack.set(CARD, "/fallbackText", "x".repeat(75_000).into())),
    ("id to fill in", Rule::Placeholder, |pack| pack.set(PLUGIN, "/runtimes/0/auth/reference_id", "${{ID}}".into())),
    ("instructions to put in", Rule::Placeholder, |pack| {
        pack.set(AGENT, "/instructions", "$[file('instructions.txt')]".into());
    }),
    ("small icon", Rule::IconInvalid, |pack| icon(pack, "color.png", 96, [0, 0, 0, 255])),
    ("large outline", Rule::IconInvalid, |pack| icon(pack, "outline.png", 192, [255; 4])),
    ("icon is no PNG", Rule::IconInvalid, |pack| drop(pack.0.insert("color.png".to_owned(), b"GIF89a".to_vec()))),
    ("coloured outline", Rule::IconForm, |pack| icon(pack, "outline.png", 32, [255, 0, 0, 255])),
    ("half transparent ground", Rule::IconForm, |pack| icon(pack, "color.png", 192, [0, 0, 0, 128])),
    ("domain with a scheme", Rule::DomainInvalid, |pack| {
        pack.set(APP, "/validDomains/0", "https://contoso.com".into())
    }),
    ("domain of everybody", Rule::DomainInvalid, |pack| pack.set(APP, "/validDomains/0", "*.com".into())),
    ("image from elsewhere", Rule::DomainMissing, |pack| {
        pack.set(CARD, "/body/9", json!({ "type": "Image", "url": "https://elsewhere.example/a.png" }));
    }),
    ("link to elsewhere", Rule::DomainMissing, |pack| {
        pack.set(CARD, "/body/9", json!({ "type": "TextBlock", "text": "See [more](https://elsewhere.example/)" }));
    }),
    ("image without a host", Rule::CardLink, |pack| {
        pack.set(CARD, "/body/9", json!({ "type": "Image", "url": "logo.png" }));
    }),
    ("namespace with a hyphen", Rule::Namespace, |pack| pack.set(PLUGIN, "/namespace", "contoso-hub".into())),
    ("one plugin twice", Rule::FunctionRepeats, |pack| {
        pack.set(AGENT, "/actions/1", json!({ "id": "again", "file": PLUGIN }));
    }),
    ("function with a hyphen", Rule::FunctionName, |pack| {
        pack.set(PLUGIN, "/functions/0/name", "record-summary".into());
    }),
    ("function that is no operation", Rule::FunctionUnknown, |pack| {
        pack.set(
            OPENAPI,
            "/paths/~1api~1providers~1contoso-hub~1agent~1record_summary/get/operationId",
            "other".into(),
        );
    }),
    ("runtime for no function", Rule::FunctionUnknown, |pack| {
        pack.set(PLUGIN, "/runtimes/0/run_for_functions/9", "nothing".into());
    }),
    ("function without a runtime", Rule::FunctionUnbound, |pack| {
        pack.remove(PLUGIN, "/runtimes/0/run_for_functions/0");
    }),
    ("two runtimes for a function", Rule::FunctionContested, |pack| {
        pack.edit(PLUGIN, |plugin| {
            let runtime = plugin["runtimes"][0].clone();
            plugin["runtimes"] = json!([runtime, runtime]);
        });
    }),
    ("operation that is no function", Rule::OperationUnused, |pack| {
        pack.remove(PLUGIN, "/functions/0");
        pack.remove(PLUGIN, "/runtimes/0/run_for_functions/0");
    }),
    ("eleven functions", Rule::FunctionsMany, |pack| {
        pack.edit(PLUGIN, |plugin| {
            let functions = plugin["functions"].as_array_mut().expect("functions");
            let more =
                (0..6).map(|number| json!({ "name": format!("more_{number}"), "description": number.to_string() }));
            functions.extend(more);
        });
    }),
    ("function without a description", Rule::FunctionDescription, |pack| {
        pack.set(PLUGIN, "/functions/0/description", "  ".into());
    }),
    ("two alike", Rule::DescriptionsAlike, |pack| {
        pack.edit(PLUGIN, |plugin| {
            plugin["functions"][1]["description"] = plugin["functions"][0]["description"].clone()
        });
    }),
    ("long description", Rule::TextIgnored, |pack| {
        pack.set(PLUGIN, "/functions/0/description", "x".repeat(1_025).into());
    }),
    ("long name of the plugin", Rule::TextIgnored, |pack| {
        pack.set(PLUGIN, "/name_for_human", "Contoso Hub for everybody".into());
    }),
    ("no instructions", Rule::InstructionsMissing, |pack| pack.remove(AGENT, "/instructions")),
    ("function that stays alone", Rule::SecurityInfo, |pack| {
        pack.remove(PLUGIN, "/functions/0/capabilities/security_info");
    }),
    ("path without a root", Rule::DataPath, |pack| {
        pack.set(PLUGIN, "/functions/0/capabilities/response_semantics/data_path", "value".into());
    }),
    ("open door", Rule::SignInOpen, |pack| pack.set(PLUGIN, "/runtimes/0/auth", json!({ "type": "None" }))),
    ("implicit flow", Rule::SignInKind, |pack| {
        pack.edit(OPENAPI, |document| {
            let flows = &mut document["components"]["securitySchemes"]["sign-in"]["flows"];
            *flows = json!({ "implicit": flows["authorizationCode"] });
        });
    }),
    ("two ways to sign in", Rule::SignInSeveral, |pack| pack.set(OPENAPI, "/security/1", json!({ "key": [] }))),
    ("http", Rule::RuntimeUrl, |pack| pack.set(OPENAPI, "/servers/0/url", "http://api.contoso.com".into())),
    ("no server", Rule::RuntimeUrl, |pack| pack.remove(OPENAPI, "/servers")),
    ("Swagger 2.0", Rule::DefinitionVersion, |pack| {
        pack.remove(OPENAPI, "/openapi");
        pack.set(OPENAPI, "/swagger", "2.0".into());
    }),
    ("definition elsewhere", Rule::DefinitionUnread, |pack| {
        pack.set(PLUGIN, "/runtimes/0/spec/url", "https://api.contoso.com/openapi.json".into());
    }),
    ("object in a body", Rule::InputNested, |pack| body(pack, json!({ "type": "object", "properties": {} }))),
    ("list of objects in a body", Rule::InputNested, |pack| {
        body(pack, json!({ "type": "array", "items": { "type": "object" } }));
    }),
    ("object in the query", Rule::InputNested, |pack| parameter(pack, json!({ "type": "object" }))),
    ("alternatives in the query", Rule::InputAlternatives, |pack| {
        parameter(pack, json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }));
    }),
    ("alternatives in an answer", Rule::InputAlternatives, |pack| {
        pack.set(OPENAPI, "/components/schemas/Error/properties/errorCode", json!({ "oneOf": [] }));
    }),
    ("null in the query", Rule::InputNullable, |pack| parameter(pack, json!({ "type": "string", "nullable": true }))),
    ("schema that is not there", Rule::ReferenceBroken, |pack| parameter(pack, json!({ "$ref": "#/components/x" }))),
    ("schema that holds itself", Rule::ReferenceBroken, |pack| {
        let itself = json!({ "$ref": "#/components/schemas/Error" });
        pack.set(OPENAPI, "/components/schemas/Error/properties/cause", itself);
    }),
    ("operation without an id", Rule::OperationIdMissing, |pack| pack.remove(OPENAPI, &format!("{QUERY}/operationId"))),
    ("two operations of one id", Rule::OperationIdShared, |pack| {
        pack.set(OPENAPI, &format!("{QUERY}/operationId"), "record_details".into());
    }),
    ("card that opens a page", Rule::CardAction, |pack| {
        pack.set(CARD, "/actions", json!([{ "type": "Action.OpenUrl", "title": "Open", "url": "${url}" }]));
    }),
    ("card that is blank", Rule::CardBlank, |pack| {
        pack.set(CARD, "/body", json!([{ "type": "TextBlock", "text": "${title}" }]));
    }),
    ("card with an unknown part", Rule::CardInvalid, |pack| pack.set(CARD, "/body/9", json!({ "type": "Textblock" }))),
    ("card of version 1.6", Rule::CardInvalid, |pack| pack.set(CARD, "/version", "1.6".into())),
    ("client secret", Rule::SecretInFile, |pack| pack.set(OPENAPI, "/info/x-client_secret", "correct-horse".into())),
    ("API key of this host", Rule::SecretInFile, |pack| {
        pack.set(AGENT, "/instructions", format!("Send ihk_{}.", "0f".repeat(32)).into());
    }),
    ("token in an example", Rule::SecretInFile, |pack| {
        pack.set(CARD, "/fallbackText", format!("Bearer eyJ{0}.{0}.{0}", "a".repeat(12)).into());
    }),
    ("no default language", Rule::LanguageFile, |pack| pack.remove(APP, "/localizationInfo/defaultLanguageFile")),
    ("one language twice", Rule::LanguageFile, |pack| {
        let german = json!({ "languageTag": "DE", "file": "language-de.json" });
        pack.set(APP, "/localizationInfo/additionalLanguages/9", german);
    }),
    ("text without a translation", Rule::TextUntranslated, |pack| {
        pack.remove("language-de.json", "/localizationKeys/agent_name");
    }),
    ("translation of nothing", Rule::TextUnused, |pack| {
        pack.set("language-de.json", "/localizationKeys/agent_nmae", "x".into());
    }),
    ("language file with a long name", Rule::ManifestInvalid, |pack| {
        pack.set("language-de.json", "/name.short", "x".repeat(31).into());
    }),
];

/// Faults of packages with an MCP plugin.
const OF_MCP: &[PackageFault] = &[
    ("key for an MCP server", Rule::SignInKind, |pack| {
        pack.set(MCP, "/runtimes/0/auth/type", "ApiKeyPluginVault".into());
    }),
    ("http", Rule::RuntimeUrl, |pack| pack.set(MCP, "/runtimes/0/spec/url", "http://api.contoso.com/mcp".into())),
    ("no tools", Rule::ToolsDynamic, |pack| pack.remove(MCP, TOOLS)),
    ("tools in a file", Rule::ToolsInFile, |pack| {
        pack.edit(MCP, |plugin| {
            let description = plugin.pointer_mut(TOOLS).expect("it is there");
            *description = json!({ "file": "tools.json" });
        });
        pack.0.insert("tools.json".to_owned(), b"{\"tools\":[]}".to_vec());
    }),
    ("function that is no tool", Rule::FunctionUnknown, |pack| {
        pack.set(MCP, &format!("{TOOLS}/tools/0/name"), "other".into());
    }),
    ("tool that is no function", Rule::OperationUnused, |pack| pack.remove(MCP, "/functions/0")),
    ("tool without inputs", Rule::ToolSchema, |pack| {
        pack.set(MCP, &format!("{TOOLS}/tools/0/inputSchema"), json!({}));
    }),
    ("tool with an object in an input", Rule::InputNested, |pack| {
        let resource = json!({ "type": "object", "properties": {} });
        pack.set(MCP, &format!("{TOOLS}/tools/0/inputSchema/properties/resourceData"), resource);
    }),
    ("tool without a hint", Rule::ToolHint, |pack| pack.remove(MCP, &format!("{TOOLS}/tools/0/annotations"))),
    ("long description of a tool", Rule::TextIgnored, |pack| {
        pack.set(MCP, &format!("{TOOLS}/tools/0/description"), "x".repeat(2_000).into());
    }),
];

const QUERY: &str = "/paths/~1api~1providers~1contoso-hub~1agent~1record_summary/get";
const BODY: &str =
    "/paths/~1api~1providers~1contoso-hub~1agent~1email_draft/post/requestBody/content/application~1json/schema";

fn parameter(pack: &mut Pack, schema: Value) {
    pack.set(OPENAPI, &format!("{QUERY}/parameters/0/schema"), schema);
}

fn body(pack: &mut Pack, schema: Value) {
    pack.set(OPENAPI, &format!("{BODY}/properties/resourceData"), schema);
}

fn icon(pack: &mut Pack, file: &str, side: u32, pixel: [u8; 4]) {
    pack.0.insert(file.to_owned(), Picture::filled(side, side, pixel).encode());
}

/// Returns the rules that the faults break.
pub(super) fn expected() -> impl Iterator<Item = Rule> {
    OF_API.iter().chain(OF_MCP).map(|(_, rule, _)| *rule)
}

#[test]
fn each_fault_of_a_package_is_found() {
    let [api, mcp] = packs();
    let mut missed = Vec::new();
    for (good, faults) in [(api, OF_API), (mcp, OF_MCP)] {
        for (name, rule, make) in faults {
            let mut pack = good.clone();
            make(&mut pack);
            let found = pack.rules();
            if !found.contains(rule) {
                missed.push(format!("{name}: {rule} is not among {found:?}"));
            }
        }
    }

    assert_eq!(missed, [""; 0]);
}
