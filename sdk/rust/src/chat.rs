//! Skills, their parameters and the cards that answer them.

use serde::Serialize;

use crate::property::{self, OptionalText, properties};
use crate::{
    Card, CardBody, CardContent, ChatAnswer, ChatRequest, InputValue, Parameter, ParameterKind, Property, Section,
    Skill,
};

impl Skill {
    /// Creates a skill without parameters.
    #[must_use]
    pub fn new(name: impl Into<String>, title: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), title: title.into(), description: description.into(), parameters: Vec::new() }
    }

    /// Appends a parameter.
    #[must_use]
    pub fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }
}

impl Parameter {
    /// Creates an optional parameter.
    #[must_use]
    pub fn new(kind: ParameterKind, name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into(), kind, required: false, choices: Vec::new() }
    }

    /// Creates an optional text parameter.
    #[must_use]
    pub fn text(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(ParameterKind::Text, name, description)
    }

    /// Creates an optional parameter whose value is one of `choices`, of which no two differ in letter case only.
    #[must_use]
    pub fn choice<C: Into<String>>(
        name: impl Into<String>,
        description: impl Into<String>,
        choices: impl IntoIterator<Item = C>,
    ) -> Self {
        let choices = choices.into_iter().map(Into::into).collect();
        Self { choices, ..Self::new(ParameterKind::Choice, name, description) }
    }

    /// Marks the parameter as required: the host rejects questions without it.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl ChatRequest {
    /// Returns the value of a parameter, if it is filled in.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&InputValue> {
        self.inputs.iter().find(|input| input.name == name).map(|input| &input.value)
    }

    /// Returns the value of a text parameter, if it is filled in.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        if let InputValue::Text(text) = self.input(name)? { Some(text) } else { None }
    }

    /// Returns the value of an integer parameter, if it is filled in.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i32> {
        if let InputValue::Integer(integer) = self.input(name)? { Some(*integer) } else { None }
    }

    /// Returns the value of a number parameter, if it is filled in.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        if let InputValue::Number(number) = self.input(name)? { Some(*number) } else { None }
    }

    /// Returns the value of a boolean parameter, if it is filled in.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Option<bool> {
        if let InputValue::Boolean(boolean) = self.input(name)? { Some(*boolean) } else { None }
    }

    /// Returns the value of an instant parameter, if it is filled in: RFC 3339 in UTC, to the second.
    #[must_use]
    pub fn instant(&self, name: &str) -> Option<&str> {
        if let InputValue::Instant(instant) = self.input(name)? { Some(instant) } else { None }
    }

    /// Returns the value of a choice parameter, if it is filled in: one of its choices.
    #[must_use]
    pub fn choice(&self, name: &str) -> Option<&str> {
        if let InputValue::Choice(choice) = self.input(name)? { Some(choice) } else { None }
    }
}

impl ChatAnswer {
    /// Creates an answer of cards, in the order to show. No cards mean that nothing was found.
    #[must_use]
    pub fn new(cards: impl IntoIterator<Item = Card>) -> Self {
        Self { text: None, data: None, cards: cards.into_iter().collect(), language: None }
    }

    /// Says the answer in words, for agents that read rather than show cards.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// Adds the answer as a JSON object, for agents that reason over it.
    #[must_use]
    pub fn data(self, json: impl Into<String>) -> Self {
        Self { data: Some(json.into()), ..self }
    }

    /// Adds a value as the JSON object for agents that reason over it. A value that has no form in JSON is left out.
    ///
    /// ```
    /// # use insight_sdk::ChatAnswer;
    /// # use std::collections::BTreeMap;
    /// let answer = ChatAnswer::new([]).json(&BTreeMap::from([("open", 3)]));
    ///
    /// assert_eq!(answer.data.as_deref(), Some(r#"{"open":3}"#));
    /// ```
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        Self { data: serde_json::to_string(value).ok(), ..self }
    }

    /// Sets the language of the texts, as a BCP 47 tag.
    #[must_use]
    pub fn in_language(self, tag: impl Into<String>) -> Self {
        Self { language: Some(tag.into()), ..self }
    }
}

impl Card {
    /// Creates a card with a title and either content that the host lays out, or an Adaptive Card.
    #[must_use]
    pub fn new(title: impl Into<String>, body: impl Into<CardBody>) -> Self {
        Self { title: title.into(), subtitle: None, url: None, url_label: None, body: body.into() }
    }

    /// Adds a line below the title.
    #[must_use]
    pub fn subtitle(self, subtitle: impl Into<String>) -> Self {
        Self { subtitle: Some(subtitle.into()), ..self }
    }

    /// Sets the URL of the record or topic in the partner's application.
    #[must_use]
    pub fn url(self, url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..self }
    }

    /// Sets the text of the button that opens the URL, such as `Open contract`.
    #[must_use]
    pub fn url_label(self, label: impl Into<String>) -> Self {
        Self { url_label: Some(label.into()), ..self }
    }
}

impl From<CardContent> for CardBody {
    fn from(content: CardContent) -> Self {
        Self::Content(content)
    }
}

impl Default for CardContent {
    /// Returns empty content.
    fn default() -> Self {
        Self { logo_url: None, text: None, facts: Vec::new(), sections: Vec::new() }
    }
}

impl CardContent {
    /// Adds one paragraph of at most 230 characters.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// Adds rows to the table of names and values.
    #[must_use]
    pub fn facts<P: Into<Property>>(mut self, pairs: impl IntoIterator<Item = P>) -> Self {
        self.facts.extend(properties(pairs));
        self
    }

    /// Adds a row to the table of names and values, unless the value is `None`.
    #[must_use]
    pub fn fact(mut self, name: impl Into<String>, value: impl OptionalText) -> Self {
        property::push(&mut self.facts, name, value);
        self
    }

    /// Adds one to five bullet points under a title of at most three words.
    #[must_use]
    pub fn section<B: Into<String>>(mut self, title: impl Into<String>, bullets: impl IntoIterator<Item = B>) -> Self {
        self.sections.push(Section { title: title.into(), bullets: bullets.into_iter().map(Into::into).collect() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    fn question() -> ChatRequest {
        ChatRequest {
            skill: "open-cases".into(),
            inputs: vec![
                Input { name: "accountName".into(), value: InputValue::Text("Contoso".into()) },
                Input { name: "limit".into(), value: InputValue::Integer(3) },
                Input { name: "open".into(), value: InputValue::Boolean(true) },
                Input { name: "stage".into(), value: InputValue::Choice("Won".into()) },
            ],
        }
    }

    #[test]
    fn an_input_is_found_by_name_and_kind() {
        assert_eq!(question().text("accountName"), Some("Contoso"));
        assert_eq!(question().integer("limit"), Some(3));
        assert_eq!(question().number("limit"), None);
        assert_eq!(question().boolean("open"), Some(true));
        assert_eq!((question().choice("stage"), question().instant("stage")), (Some("Won"), None));
    }

    #[test]
    fn a_parameter_left_out_is_none() {
        assert_eq!(question().input("since"), None);
    }
}
