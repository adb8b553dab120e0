//! Chat skills of a plugin, as it lists them when it is loaded.

use std::collections::HashSet;

use super::text;

/// Most skills of a plugin.
const MOST_SKILLS: usize = 64;
/// Most parameters of a skill.
const MOST_PARAMETERS: usize = 32;
/// Longest name of a skill or a parameter, in characters.
const LONGEST_NAME: usize = 64;
/// Longest title of a skill, in UTF-16 code units.
const LONGEST_SKILL_TITLE: usize = 128;
/// Longest description of a skill or a parameter, in UTF-16 code units.
const LONGEST_DESCRIPTION: usize = 2_000;
/// Most choices of a parameter.
const MOST_CHOICES: usize = 100;
/// Longest choice, in UTF-16 code units.
const LONGEST_CHOICE: usize = 256;
/// The one parameter name that the agent reserves.
const RESERVED_PARAMETER: &str = "connectorId";

/// A question that a plugin can answer in the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Name in the URL and in the connector: lower-case kebab, 1 to 64 characters, unique within the plugin.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Description of what it answers, by which the agent decides whether to use it.
    pub description: String,
    /// Its parameters.
    pub parameters: Vec<SkillParameter>,
}

/// A parameter of a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillParameter {
    /// A letter, then letters, digits and underscores: 1 to 64 characters, unique within the skill regardless of case.
    pub name: String,
    /// Description by which the agent decides what to fill in.
    pub description: String,
    /// Its kind.
    pub kind: ParameterKind,
    /// True if questions without it are rejected.
    pub required: bool,
    /// The permitted values of a [choice](ParameterKind::Choice), unique regardless of case. Empty for any other kind.
    pub choices: Vec<String>,
}

/// The kind of a skill's parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Text (`string`).
    Text,
    /// A whole number of 32 bits (`int`).
    Integer,
    /// A finite number with a fraction (`double`).
    Number,
    /// Yes or no (`boolean`).
    Boolean,
    /// An instant (`date-time`).
    Instant,
    /// One of the parameter's choices.
    Choice,
}

impl Skill {
    /// Checks the skills that a plugin lists, and makes each of their texts one line.
    ///
    /// # Errors
    /// Returns an error if a name is invalid in a URL or a connector, is not unique or is reserved, if a text is empty
    /// or too long, or if there are too many skills. The plugin's author has to change it.
    pub fn check(skills: Vec<Self>) -> Result<Vec<Self>, SkillError> {
        if skills.len() > MOST_SKILLS {
            return Err(SkillError::TooManySkills { most: MOST_SKILLS });
        }
        let mut checked: Vec<Self> = Vec::with_capacity(skills.len());
        for (index, skill) in skills.into_iter().enumerate() {
            if !is_kebab(&skill.name) {
                return Err(SkillError::Name { index, name: text::quoted(&skill.name) });
            }
            if checked.iter().any(|other| other.name == skill.name) {
                return Err(SkillError::Repeated { skill: skill.name });
            }
            checked.push(skill.checked()?);
        }
        Ok(checked)
    }

    /// The parameter of this name, regardless of case.
    pub fn parameter(&self, name: &str) -> Option<&SkillParameter> {
        self.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))
    }

    fn checked(self) -> Result<Self, SkillError> {
        let fail = |problem| SkillError::Skill { skill: self.name.clone(), problem };
        let title = described("title", &self.title, LONGEST_SKILL_TITLE).map_err(fail)?;
        let description = described("description", &self.description, LONGEST_DESCRIPTION).map_err(fail)?;
        let parameters = checked_parameters(self.parameters).map_err(fail)?;
        Ok(Self { name: self.name.clone(), title, description, parameters })
    }
}

/// An error in the skills that a plugin lists.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkillError {
    /// Too many skills.
    #[error("more than {most} skills")]
    TooManySkills {
        /// The greatest number.
        most: usize,
    },
    /// A name is invalid in a URL.
    #[error("skill {}: the name `{name}` is not lower-case kebab of 1 to {LONGEST_NAME} characters", .index + 1)]
    Name {
        /// Position of the skill, counted from 0.
        index: usize,
        /// The name, escaped and shortened.
        name: String,
    },
    /// Two skills have the same name.
    #[error("two skills are named `{skill}`")]
    Repeated {
        /// The name.
        skill: String,
    },
    /// A skill's description has a problem.
    #[error("skill `{skill}`: {problem}")]
    Skill {
        /// Its name.
        skill: String,
        /// The problem.
        problem: SkillProblem,
    },
}

/// A problem of a skill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkillProblem {
    /// A text is absent.
    #[error("the {what} is empty")]
    Empty {
        /// Name of the text.
        what: &'static str,
    },
    /// A text is too long.
    #[error("the {what} is longer than {most} characters")]
    TooLong {
        /// Name of the text.
        what: &'static str,
        /// The greatest number of UTF-16 code units.
        most: usize,
    },
    /// Too many parameters.
    #[error("more than {most} parameters")]
    TooManyParameters {
        /// The greatest number.
        most: usize,
    },
    /// A parameter's name is invalid in a connector.
    #[error("the parameter name `{name}` is not a letter and up to 63 letters, digits or underscores")]
    ParameterName {
        /// The name, escaped and shortened.
        name: String,
    },
    /// The agent reserves the name of a parameter.
    #[error("the parameter name `{RESERVED_PARAMETER}` is reserved")]
    ReservedParameter,
    /// A parameter that is a choice has nothing to choose from, or another one has.
    #[error("the parameter `{name}` must have choices if it is a choice, and none otherwise")]
    Choices {
        /// Its name.
        name: String,
    },
    /// Too many choices.
    #[error("the parameter `{name}` has more than {most} choices")]
    TooManyChoices {
        /// Its name.
        name: String,
        /// The greatest number.
        most: usize,
    },
    /// Two choices are the same.
    #[error("the parameter `{name}` has the same choice twice: letter case is ignored")]
    RepeatedChoice {
        /// Its name.
        name: String,
    },
    /// Two parameters have the same name.
    #[error("two parameters are named `{name}`: letter case is ignored")]
    RepeatedParameter {
        /// The name.
        name: String,
    },
}

fn checked_parameters(parameters: Vec<SkillParameter>) -> Result<Vec<SkillParameter>, SkillProblem> {
    if parameters.len() > MOST_PARAMETERS {
        return Err(SkillProblem::TooManyParameters { most: MOST_PARAMETERS });
    }
    let mut checked: Vec<SkillParameter> = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        if !is_identifier(&parameter.name) {
            return Err(SkillProblem::ParameterName { name: text::quoted(&parameter.name) });
        }
        if parameter.name.eq_ignore_ascii_case(RESERVED_PARAMETER) {
            return Err(SkillProblem::ReservedParameter);
        }
        if checked.iter().any(|other| other.name.eq_ignore_ascii_case(&parameter.name)) {
            return Err(SkillProblem::RepeatedParameter { name: parameter.name });
        }
        let description = described("description of a parameter", &parameter.description, LONGEST_DESCRIPTION)?;
        let choices = checked_choices(&parameter)?;
        checked.push(SkillParameter { description, choices, ..parameter });
    }
    Ok(checked)
}

/// Checks the choices of a parameter, and makes each one line.
fn checked_choices(SkillParameter { name, kind, choices, .. }: &SkillParameter) -> Result<Vec<String>, SkillProblem> {
    let name = || name.clone();
    if choices.is_empty() == (*kind == ParameterKind::Choice) {
        return Err(SkillProblem::Choices { name: name() });
    }
    if choices.len() > MOST_CHOICES {
        return Err(SkillProblem::TooManyChoices { name: name(), most: MOST_CHOICES });
    }
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(choices.len());
    for choice in choices {
        let choice = described("choice of a parameter", choice, LONGEST_CHOICE)?;
        if !seen.insert(choice.to_lowercase()) {
            return Err(SkillProblem::RepeatedChoice { name: name() });
        }
        checked.push(choice);
    }
    Ok(checked)
}

/// Checks a text by which the agent and people choose, and makes it one line. It must not be empty.
fn described(what: &'static str, text: &str, most: usize) -> Result<String, SkillProblem> {
    let line = text::one_line(text).into_owned();
    if line.is_empty() {
        return Err(SkillProblem::Empty { what });
    }
    if text::is_longer(&line, most) {
        return Err(SkillProblem::TooLong { what, most });
    }
    Ok(line)
}

/// Returns whether `name` is lower-case kebab: words of letters and digits, the first beginning with a letter, joined
/// by single hyphens.
fn is_kebab(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('-').all(is_word)
}

fn is_identifier(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
