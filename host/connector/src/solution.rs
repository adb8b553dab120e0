//! `solution.zip`: the connector as an unmanaged solution, in the layout in which Power Platform exports one.
//!
//! Certification wants the connector in a solution, and a second solution with a flow that uses it. An environment makes
//! the second; it imports the first.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::{Definition, properties, words, zip};

/// The kind of a connector among the components of solutions.
const CONNECTOR: u16 = 372;

/// The most characters of a publisher's prefix, and the one of a publisher without letters.
const LONGEST_PREFIX: usize = 8;
const PREFIX: &str = "partner";

/// Builds the archive from a definition that was [checked](Definition::check), its text and its icon.
pub(super) fn archive(definition: &Definition, swagger: &str, icon: &[u8]) -> Vec<u8> {
    let names = SolutionNames::of(definition);
    let name = &names.connector;
    let parameters = Value::Object(properties::connection_parameters(definition));
    zip::archive(&[
        ("[Content_Types].xml".to_owned(), CONTENT_TYPES.into()),
        ("solution.xml".to_owned(), manifest(definition, &names).into_bytes()),
        ("customizations.xml".to_owned(), customizations(definition, &names).into_bytes()),
        (format!("Connector/{name}_openapidefinition.json"), swagger.into()),
        (format!("Connector/{name}_connectionparameters.json"), parameters.to_string().into_bytes()),
        (format!("Connector/{name}_policytemplateinstances.json"), json!([]).to_string().into_bytes()),
        (format!("Connector/{name}_iconblob.Png"), icon.to_vec()),
    ])
}

/// The types of the files in the archive.
const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"xml\" ContentType=\"application/octet-stream\" />\
    <Default Extension=\"json\" ContentType=\"application/octet-stream\" />\
    <Default Extension=\"Png\" ContentType=\"application/octet-stream\" /></Types>\n";

/// The names by which Power Platform tells solutions, publishers and connectors apart. The same connector has the same
/// names in every export, so that a later one replaces it.
struct SolutionNames {
    solution: String,
    publisher: String,
    prefix: String,
    connector: String,
    id: Uuid,
}

impl SolutionNames {
    fn of(definition: &Definition) -> Self {
        Self::of_texts(definition.about.publisher.as_deref().unwrap_or_default(), &definition.about.title)
    }

    fn of_texts(publisher: &str, title: &str) -> Self {
        let id = Builder::from_custom_bytes(digest(&format!("{publisher}\n{title}")).to_be_bytes()).into_uuid();
        // Letters of other scripts are lost. Titles that differ by them alone must not share a name.
        let is_whole = title.chars().all(|c| c.is_ascii_alphanumeric() || !c.is_alphanumeric());
        let tail = if is_whole { String::new() } else { id.simple().to_string()[..8].to_owned() };
        let (publisher, title) = (letters(publisher), letters(title) + &tail);
        let prefix: String = publisher.to_lowercase().chars().take(LONGEST_PREFIX).collect();
        // A prefix of fewer letters, or that of the platform itself, is refused.
        let prefix = if prefix.len() < 2 || prefix.starts_with("mscrm") { PREFIX.to_owned() } else { prefix };
        let connector = format!("{prefix}_{}", title.to_lowercase());
        let solution = format!("{title}Connector");
        let publisher = if publisher.is_empty() { PREFIX.to_owned() } else { publisher };
        Self { solution, publisher, prefix, connector, id }
    }

    /// Returns the number from 10000 to 99999 that belongs to the publisher's prefix.
    fn number(&self) -> u128 {
        10_000 + digest(&self.prefix) % 90_000
    }
}

fn manifest(definition: &Definition, names: &SolutionNames) -> String {
    let about = &definition.about;
    let SolutionNames { solution, publisher, prefix, connector, id } = names;
    let (title, number) = (escaped(&about.title), names.number());
    let publisher_title = escaped(about.publisher.as_deref().unwrap_or_default());
    let (version, description) = (version(&about.version), escaped(&words::sentence(&about.description)));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <ImportExportXml version=\"9.2\" SolutionPackageVersion=\"9.2\" languagecode=\"1033\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         \x20 <SolutionManifest>\n\
         \x20   <UniqueName>{solution}</UniqueName>\n\
         \x20   <LocalizedNames><LocalizedName description=\"{title}\" languagecode=\"1033\" /></LocalizedNames>\n\
         \x20   <Descriptions><Description description=\"{description}\" languagecode=\"1033\" /></Descriptions>\n\
         \x20   <Version>{version}</Version>\n\
         \x20   <Managed>0</Managed>\n\
         \x20   <Publisher>\n\
         \x20     <UniqueName>{publisher}</UniqueName>\n\
         \x20     <LocalizedNames><LocalizedName description=\"{publisher_title}\" languagecode=\"1033\" />\
         </LocalizedNames>\n\
         \x20     <Descriptions />\n\
         \x20     <EMailAddress xsi:nil=\"true\" />\n\
         \x20     <SupportingWebsiteUrl xsi:nil=\"true\" />\n\
         \x20     <CustomizationPrefix>{prefix}</CustomizationPrefix>\n\
         \x20     <CustomizationOptionValuePrefix>{number}</CustomizationOptionValuePrefix>\n\
         \x20     <Addresses />\n\
         \x20   </Publisher>\n\
         \x20   <RootComponents>\n\
         \x20     <RootComponent type=\"{CONNECTOR}\" id=\"{{{id}}}\" schemaName=\"{connector}\" behavior=\"0\" />\n\
         \x20   </RootComponents>\n\
         \x20   <MissingDependencies />\n\
         \x20 </SolutionManifest>\n\
         </ImportExportXml>\n"
    )
}

fn customizations(definition: &Definition, names: &SolutionNames) -> String {
    let about = &definition.about;
    let SolutionNames { connector, id, .. } = names;
    let (title, description) = (escaped(&about.title), escaped(&words::sentence(&about.description)));
    let color = escaped(about.brand_color.as_deref().unwrap_or_default());
    let mut files = String::new();
    for (element, file) in [
        ("openapidefinition", "openapidefinition.json"),
        ("connectionparameters", "connectionparameters.json"),
        ("policytemplateinstances", "policytemplateinstances.json"),
        ("iconblob", "iconblob.Png"),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(files, "      <{element}>/Connector/{connector}_{file}</{element}>");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <ImportExportXml xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         \x20 <Entities />\n\
         \x20 <Roles />\n\
         \x20 <Workflows />\n\
         \x20 <FieldSecurityProfiles />\n\
         \x20 <Templates />\n\
         \x20 <EntityMaps />\n\
         \x20 <EntityRelationships />\n\
         \x20 <OrganizationSettings />\n\
         \x20 <optionsets />\n\
         \x20 <CustomControls />\n\
         \x20 <EntityDataProviders />\n\
         \x20 <Connectors>\n\
         \x20   <Connector>\n\
         \x20     <connectorid>{id}</connectorid>\n\
         \x20     <description>{description}</description>\n\
         \x20     <displayname>{title}</displayname>\n\
         \x20     <iconbrandcolor>{color}</iconbrandcolor>\n\
         \x20     <name>{connector}</name>\n\
         \x20     <connectortype>1</connectortype>\n\
         {files}\
         \x20   </Connector>\n\
         \x20 </Connectors>\n\
         \x20 <Languages><Language>1033</Language></Languages>\n\
         </ImportExportXml>\n"
    )
}

/// Returns the letters and digits of `text` that names may have.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    letters.skip_while(char::is_ascii_digit).collect()
}

/// Returns a version of four numbers.
fn version(text: &str) -> String {
    let mut numbers: Vec<u16> = text.split(['.', '-', '+']).map_while(|part| part.parse().ok()).take(4).collect();
    numbers.resize(4, 0);
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(".")
}

/// Escapes a text for XML, also within quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns a digest of `text`, which is the same in every version of this program.
fn digest(text: &str) -> u128 {
    let digest = Sha256::digest(text);
    digest.iter().take(size_of::<u128>()).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_differ_by_letters_of_other_scripts_have_names_of_their_own() {
        let of = SolutionNames::of_texts;
        let names = |publisher: &str, title: &str| (of(publisher, title).solution, of(publisher, title).connector);

        assert_eq!(names("Contoso Ltd", "Contoso Hub"), ("ContosoHubConnector".into(), "contosol_contosohub".into()));
        assert_ne!(names("Contoso", "連携ハブ"), names("Contoso", "連携センター"));
        assert_ne!(names("Contoso", "Büro"), names("Contoso", "Bro"));
        assert_ne!(of("Büro", "Hub").id, of("Bro", "Hub").id);
        assert_eq!(of("連携", "Hub").prefix, PREFIX);
    }

    #[test]
    fn versions_of_solutions_have_four_numbers() {
        for (text, expected) in
            [("1.4.0", "1.4.0.0"), ("2.0.0-rc.1", "2.0.0.0"), ("x", "0.0.0.0"), ("1.2.3.4.5", "1.2.3.4")]
        {
            assert_eq!(version(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_of_letters_and_digits_and_begin_with_a_letter() {
        assert_eq!(letters("3M – Contoso Hub, 2"), "MContosoHub2");
        assert_eq!(escaped("A & \"B\" <c>\n"), "A &amp; &quot;B&quot; &lt;c&gt; ");
    }
}
