//! A mutation test: good definitions and good answers with one fault each. `conform` finds every fault, except for those
//! that are listed as undetectable.

mod answers;
mod definitions;
mod random;

use std::collections::BTreeSet;
use std::sync::Arc;

use connector::conform::{Base, CheckScope, ConnectorDefinition, DefinitionOrigin, Example, conform};
use insight_tests::connector::definition_of;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::{EXAMPLE, Found};

/// The numbers of faults in definitions and in answers.
const DEFINITIONS: u64 = 140;
const ANSWERS: u64 = 60;

/// The most of a hundred faults that may be undetectable.
const MOST_UNDETECTABLE: usize = 5;

/// Faults that cannot be detected: the beginning of their description, the end of their place, and the reason.
const UNDETECTABLE: [(&str, &str, &str); 6] = [
    ("removed", "/x-ms-summary", "words for people, which certification asks for in parameters alone"),
    ("removed", "/description", "words for people, where the agent has no text of its own"),
    ("changed", "/info/version", "a version is any text of the maker's"),
    ("changed", "/operationId", "a name of the maker's, as good as any other: the agent goes by descriptions"),
    ("changed", "/tokenUrl", "an address of somebody's, which the check does not call"),
    ("removed", "/additionalProperties", "an output that is optional may be left out"),
];

/// A good definition or answer with one fault, and the findings.
struct Mutant {
    /// The definition, and the fault with its place.
    done: String,
    found: Found,
}

/// Judges in this process: hundreds of runs of the command would take minutes.
fn judge(threads: &Runtime, definition: &Value, url: Option<&str>) -> Found {
    let definition = match ConnectorDefinition::read(definition.to_string().as_bytes()) {
        Ok(definition) => definition,
        Err(error) => return vec![("no-definition".to_owned(), error.to_string())],
    };
    let base = url.map(|url| Base::new(url, None, Vec::new(), Arc::default()).expect("it is a URL"));
    let languages = ["en".to_owned(), "de".to_owned()];
    let scope = CheckScope { all: true, origin: DefinitionOrigin::Import };
    let report = threads.block_on(conform(&definition, base.as_ref(), &Example::read(EXAMPLE), &languages, scope));
    let findings = report.findings.all().iter();
    findings.map(|finding| (finding.rule.to_string(), format!("{}: {}", finding.location, finding.what))).collect()
}

fn threads() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a thread is to be had")
}

/// Asserts that each fault was found, or is undetectable, and that all that are listed so are; returns their number.
fn undetectable(mutants: &[Mutant]) -> usize {
    let excuse = |done: &str| {
        let (_, fault) = done.split_once(": ").expect("the definition stands in front");
        UNDETECTABLE.iter().position(|(how, place, _)| fault.starts_with(how) && fault.ends_with(place))
    };
    let missed: Vec<&str> = mutants.iter().filter(|it| it.found.is_empty()).map(|it| it.done.as_str()).collect();
    let wrong: Vec<&&str> = missed.iter().filter(|done| excuse(done).is_none()).collect();
    let needed: BTreeSet<usize> = missed.iter().filter_map(|done| excuse(done)).collect();

    assert!(wrong.is_empty(), "not found: {wrong:#?}");
    assert_eq!(needed.len(), UNDETECTABLE.len(), "listed, and no fault is so: all but {needed:?}");
    missed.len()
}

#[test]
fn two_hundred_single_faults_are_found_or_listed_as_undetectable() {
    let threads = threads();
    let mut mutants: Vec<Mutant> = (0..DEFINITIONS).map(|seed| definitions::mutant(&threads, seed)).collect();
    let repeated: Vec<String> =
        mutants.iter().filter(|it| it.found.len() > 1).map(|it| format!("{}: {:#?}", it.done, it.found)).collect();
    assert!(repeated.is_empty(), "a fault of a definition is told once: {repeated:#?}");
    mutants.extend((0..ANSWERS).map(|seed| answers::mutant(&threads, seed)));

    let undetectable = undetectable(&mutants);

    assert!(undetectable * 100 <= MOST_UNDETECTABLE * mutants.len(), "{undetectable} of {}", mutants.len());
}

/// Returns the good definition with one capability and without the chat skill.
fn definition_with(path: &str) -> Value {
    let mut definition = definition_of(|operation| operation.path == path);
    definition["paths"].as_object_mut().expect("an object").remove("/chat/stakeholders");
    definition
}
