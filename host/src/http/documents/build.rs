//! Building of a document, within a bound on its size.
//!
//! Chat skills are what makes a document long. Past the bound some are left out, and the document says how many of which
//! provider. The room is shared so that only providers with many or long skills lose any.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::{Map, Value};
use tracing::warn;

use super::DocumentKind;
use connector::{
    About, Collision, Definition, EmailSummaries, OAuth, Offer, OperationIds, Provider, PublicUrl, Settings,
    reserved_operation_ids, skill_operation_ids,
};
use contract::Skill;

/// The size of the largest document, in bytes.
pub(super) const LARGEST: usize = 2 << 20;

/// The member of a document that says how many skills of which provider are left out.
const LEFT_OUT: &str = "x-insight-host-skills-left-out";

/// Bytes of an operation besides its texts, about.
const PER_SKILL: usize = 2_000;

/// Bytes of a parameter besides its texts, about.
const PER_PARAMETER: usize = 200;

/// Bytes of a choice besides its text: quotation marks and a comma.
const PER_CHOICE: usize = 3;

/// Builds the document of `offer` as JSON, whose readers request tokens for `audience`, else for the host's address.
pub(super) fn build(
    mut offer: Offer,
    kind: DocumentKind,
    location: &PublicUrl,
    audience: Option<String>,
) -> Result<Bytes, Collision> {
    let oauth = OAuth { resource: audience, ..OAuth::default() };
    let listed: Vec<usize> = offer.providers.iter().map(|provider| provider.skills.len()).collect();
    leave_out_collisions(&mut offer);
    let mut room = LARGEST;
    loop {
        leave_out_surplus(&mut offer, room / operations_per_skill(kind));
        let about = About::of(&offer, &Settings::default());
        let definition =
            Definition::new(&offer, kind.emails, location.clone(), about, oauth.clone(), OperationIds::default())?;
        let mut document = (kind.write)(&definition);
        let left_out = left_out(&offer, &listed);
        let is_complete = left_out.is_empty();
        if !is_complete {
            document[LEFT_OUT] = Value::Object(left_out);
        }
        let bytes = serde_json::to_vec(&document).expect("texts, numbers and maps of texts serialise");
        if bytes.len() <= LARGEST || room == 0 {
            if !is_complete {
                warn!(left_out = %document[LEFT_OUT], "skills are left out of a definition that would be too large");
            }
            return Ok(bytes.into());
        }
        // The estimate was too low.
        room = if room > LARGEST / 8 { room / 2 } else { 0 };
    }
}

/// Leaves out skills whose operation would have the id of another one. Else one plugin could keep the document of all from
/// being built.
fn leave_out_collisions(offer: &mut Offer) {
    let mut taken: BTreeSet<String> = reserved_operation_ids().collect();
    for Provider { id, skills, .. } in &mut offer.providers {
        skills.retain(|skill| {
            let ids = skill_operation_ids(id, &skill.name);
            let is_free = ids.iter().all(|id| !taken.contains(id));
            taken.extend(ids.into_iter().filter(|_| is_free));
            is_free
        });
    }
}

/// Leaves out skills that do not fit into `room` bytes. Each provider may use an equal part of it, and what others do not
/// need of theirs.
fn leave_out_surplus(offer: &mut Offer, mut room: usize) {
    let mut providers: Vec<&mut Provider> = offer.providers.iter_mut().collect();
    providers.sort_by_cached_key(|provider| provider.skills.iter().map(size).sum::<usize>());
    let mut left = providers.len();
    for provider in providers {
        let share = room / left;
        let mut used = 0;
        provider.skills.retain(|skill| {
            let size = size(skill);
            let fits = used + size <= share;
            used += if fits { size } else { 0 };
            fits
        });
        room -= used;
        left -= 1;
    }
}

fn operations_per_skill(kind: DocumentKind) -> usize {
    match kind.emails {
        EmailSummaries::First | EmailSummaries::Second => 1,
        // By query and by body.
        EmailSummaries::Both => 2,
    }
}

/// Returns about how many bytes an operation of a skill takes.
fn size(Skill { title, description, parameters, .. }: &Skill) -> usize {
    let texts = parameters.iter().map(|parameter| {
        let choices = parameter.choices.iter().map(|choice| choice.len() + PER_CHOICE).sum::<usize>();
        PER_PARAMETER + parameter.name.len() + parameter.description.len() + choices
    });
    PER_SKILL + title.len() + description.len() + texts.sum::<usize>()
}

/// Returns how many skills of which provider are missing; `listed` holds how many there were.
fn left_out(offer: &Offer, listed: &[usize]) -> Map<String, Value> {
    let providers = offer.providers.iter().zip(listed);
    let missing = providers.filter_map(|(provider, listed)| {
        let missing = listed - provider.skills.len();
        (missing > 0).then(|| (provider.id.clone(), missing.into()))
    });
    missing.collect()
}

#[cfg(test)]
mod tests {
    use super::super::{FOR_CONNECTORS, FOR_EVERYBODY};
    use super::*;
    use contract::{ParameterKind, SkillParameter};

    fn provider(id: &str, skills: usize, text: &str) -> Provider {
        let skill = |number| Skill {
            name: format!("skill{number}"),
            title: "Title".to_owned(),
            description: text.to_owned(),
            parameters: (0..32)
                .map(|number| SkillParameter {
                    name: format!("p{number}"),
                    description: text.to_owned(),
                    kind: ParameterKind::Text,
                    required: false,
                    choices: Vec::new(),
                })
                .collect(),
        };
        let capabilities = ["record-summary".parse().expect("a capability")].into();
        Provider { id: id.to_owned(), profile: None, capabilities, skills: (0..skills).map(skill).collect() }
    }

    fn document(offer: Offer, kind: DocumentKind) -> Value {
        let location = PublicUrl { host: "api.contoso.com".to_owned(), base_path: String::new() };
        let bytes = build(offer, kind, &location, None).expect("no two share an id");
        assert!(bytes.len() <= LARGEST, "{}", bytes.len());
        serde_json::from_slice(&bytes).expect("it is JSON")
    }

    fn paths_of<'a>(document: &'a Value, provider: &'a str) -> impl Iterator<Item = &'a String> {
        let paths = document["paths"].as_object().expect("paths").keys();
        paths.filter(move |path| path.contains(&format!("/{provider}/chat/")))
    }

    #[test]
    fn long_skills_are_left_out_counted_and_cost_no_neighbour_its_own() {
        // Control characters, which JSON writes with six bytes each, make the estimate too low.
        for text in ["long ".repeat(400), "\u{2}".repeat(2_000)] {
            for kind in [FOR_EVERYBODY, FOR_CONNECTORS] {
                let providers =
                    [provider("greedy", 64, &text), provider("modest", 3, "Brief"), provider("other", 64, &text)];

                let document = document(Offer::merged(providers), kind);

                assert_eq!(paths_of(&document, "modest").count(), 3);
                let served = paths_of(&document, "greedy").count();
                assert_eq!(document[LEFT_OUT]["greedy"], 64 - served);
                assert!(document[LEFT_OUT].get("modest").is_none());
                assert!(document["paths"].get("/api/record-summary").is_some());
            }
        }
    }

    #[test]
    fn a_document_that_is_complete_says_nothing() {
        let document = document(Offer::merged([provider("modest", 3, "Brief")]), FOR_EVERYBODY);

        assert!(document.get(LEFT_OUT).is_none());
    }

    #[test]
    fn skills_that_take_the_id_of_another_operation_are_left_out() {
        let mut hostile = provider("test", 0, "Text");
        let skill = |name: &str| Skill { name: name.to_owned(), ..provider("test", 1, "Text").skills.remove(0) };
        hostile.skills = ["connection", "own", "own-by-body"].map(skill).into();

        let document = document(Offer::merged([hostile, provider("modest", 1, "Brief")]), FOR_EVERYBODY);

        assert_eq!(paths_of(&document, "test").collect::<Vec<_>>(), ["/api/providers/test/chat/own"]);
        assert_eq!(paths_of(&document, "modest").count(), 1);
    }
}
