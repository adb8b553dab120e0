//! Tests of skills as plugins list them.

use super::*;

fn parameter(name: &str) -> SkillParameter {
    SkillParameter {
        name: name.to_owned(),
        description: "Name of the account".to_owned(),
        kind: ParameterKind::Text,
        required: true,
        choices: Vec::new(),
    }
}

fn skill(name: &str, parameters: &[&str]) -> Skill {
    Skill {
        name: name.to_owned(),
        title: "Chat about key stakeholders".to_owned(),
        description: "Finds the key stakeholders\nof an account".to_owned(),
        parameters: parameters.iter().copied().map(parameter).collect(),
    }
}

fn problem_of(skill: Skill) -> String {
    Skill::check(vec![skill]).expect_err("it has a flaw").to_string()
}

#[test]
fn good_skills_pass_with_their_texts_as_one_line() {
    let skills = Skill::check(vec![skill("key-stakeholders", &["accountName"]), skill("top3", &[])]);

    let skills = skills.expect("they are well described");
    assert_eq!(skills[0].description, "Finds the key stakeholders of an account");
    assert!(skills[0].parameter("ACCOUNTNAME").is_some());
}

#[test]
fn a_name_that_cannot_stand_in_a_url_is_refused() {
    for name in ["", "Key", "key_", "-key", "key-", "key--s", "3d", "schlüssel", "../x", &"k".repeat(65)] {
        assert!(matches!(Skill::check(vec![skill(name, &[])]), Err(SkillError::Name { .. })), "{name}");
    }
}

#[test]
fn names_are_unique() {
    let twice = Skill::check(vec![skill("key", &[]), skill("key", &[])]);

    assert_eq!(twice, Err(SkillError::Repeated { skill: "key".to_owned() }));
    assert!(problem_of(skill("key", &["name", "Name"])).contains("`Name`"));
}

#[test]
fn the_agents_own_parameter_is_refused() {
    assert!(problem_of(skill("key", &["ConnectorID"])).contains("reserved"));
}

#[test]
fn a_skill_without_description_is_refused_naming_it() {
    let silent = Skill { description: "\u{1b}\n".to_owned(), ..skill("key", &[]) };

    assert_eq!(problem_of(silent), "skill `key`: the description is empty");
}

#[test]
fn a_choice_has_choices_that_differ_and_nothing_else_has_any() {
    let with = |kind, choices: &[&str]| {
        let choices = choices.iter().copied().map(str::to_owned).collect();
        let parameters = vec![SkillParameter { kind, choices, ..parameter("stage") }];
        Skill::check(vec![Skill { parameters, ..skill("key", &[]) }])
    };

    let skills = with(ParameterKind::Choice, &["Open", " Won\n"]).expect("they differ");
    assert_eq!(skills[0].parameters[0].choices, ["Open", "Won"]);
    for (kind, choices, problem) in [
        (ParameterKind::Choice, &[][..], "must have choices"),
        (ParameterKind::Text, &["Open"], "none otherwise"),
        (ParameterKind::Choice, &["Open", "open "], "the same choice twice"),
        (ParameterKind::Choice, &["Open", " "], "the choice of a parameter is empty"),
        (ParameterKind::Choice, &["x"; MOST_CHOICES + 1], "more than 100 choices"),
    ] {
        let error = with(kind, choices).expect_err(problem).to_string();

        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn there_is_an_end_to_skills_and_parameters() {
    let many = (0..65).map(|index| skill(&format!("key{index}"), &[])).collect();
    let names: Vec<String> = (0..33).map(|index| format!("p{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();

    assert_eq!(Skill::check(many), Err(SkillError::TooManySkills { most: 64 }));
    assert!(problem_of(skill("key", &names)).contains("more than 32 parameters"));
}
