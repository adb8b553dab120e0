//! The search for secrets, and for values that are still to be filled in, in all files of text.

use super::super::Rule;
use super::Review;

/// The names of members whose texts are secrets.
const NAMES: [&str; 9] = [
    "clientsecret",
    "password",
    "apikey",
    "xapikey",
    "accesstoken",
    "refreshtoken",
    "authorization",
    "privatekey",
    "secret",
];

/// The beginnings of secrets by which their makers mark them, and the fewest characters of one.
const PREFIXES: [(&str, usize); 14] = [
    ("ihk_", 40),
    ("AKIA", 20),
    ("ASIA", 20),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("AIza", 39),
    ("sk_live_", 20),
    ("sk-", 32),
    ("npm_", 36),
];

/// The fewest characters of a text that is taken for a secret for its name alone.
const SHORTEST: usize = 8;

/// Looks through all files but pictures. What is found is not quoted.
pub(super) fn check(review: &mut Review<'_>) {
    let files = review.files().files.iter().filter(|(name, _)| !name.ends_with(".png"));
    for (name, content) in files {
        let text = String::from_utf8_lossy(content);
        if let Some(place) = placeholder(&text) {
            review.add(Rule::Placeholder, name, format!("`{place}` is still there"));
        }
        let mut found: Vec<&str> = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            if let Some(what) = secret(text)
                && !found.contains(&what)
            {
                found.push(what);
                review.add(Rule::SecretInFile, name, format!("line {line} holds {what}"));
            }
        }
    }
}

/// Returns the first value that a toolkit would fill in.
fn placeholder(text: &str) -> Option<&str> {
    let begin = text.find("${{")?;
    let end = text[begin..].find("}}")?;
    Some(&text[begin..begin + end + 2])
}

/// Returns what kind of secret a line holds.
fn secret(line: &str) -> Option<&'static str> {
    if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if line.contains("AccountKey=") || line.contains("SharedAccessKey=") || line.contains("&sig=") {
        return Some("a key of Azure");
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '~');
    for word in line.split(|c: char| !is_part(c)) {
        let is_marked = PREFIXES.iter().any(|(prefix, least)| word.starts_with(prefix) && word.len() >= *least);
        if is_marked || is_of_entra(word) {
            return Some("a key");
        }
        if is_token(word) {
            return Some("a token");
        }
    }
    if has_user(line) {
        return Some("an address with a password");
    }
    is_named(line).then_some("a text under the name of a secret")
}

/// Returns whether a word is a JSON Web Token.
fn is_token(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    word.starts_with("eyJ") && parts.len() == 3 && parts.iter().all(|part| part.len() >= 10)
}

/// Returns whether a word is a client secret of Entra ID: three characters, a digit, `Q~` and the rest.
fn is_of_entra(word: &str) -> bool {
    let bytes = word.as_bytes();
    (37..=40).contains(&bytes.len()) && bytes[3].is_ascii_digit() && &bytes[4..6] == b"Q~"
}

/// Returns whether a line holds a URL with a user's password.
fn has_user(line: &str) -> bool {
    line.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '"', ' ', '?', '#']).next().unwrap_or_default();
        authority.split_once('@').is_some_and(|(user, _)| user.contains(':'))
    })
}

/// Returns whether a line of JSON gives a text to a member that is named like a secret.
fn is_named(line: &str) -> bool {
    let mut texts = line.split('"').skip(1);
    while let (Some(name), Some(between), Some(value)) = (texts.next(), texts.next(), texts.clone().next()) {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let is_value =
            between.trim() == ":" && value.len() >= SHORTEST && !value.contains("${{") && !value.contains(' ');
        if is_value && NAMES.iter().any(|name| plain.ends_with(name)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_told_by_its_kind() {
        let key = format!("\"x\": \"ihk_{}\"", "0f".repeat(32));
        let entra = format!("\"x\": \"abc8Q~{}\"", "x".repeat(34));
        let token = format!("Bearer eyJ{0}.{0}.{0}", "a".repeat(12));
        for (line, what) in [
            ("-----BEGIN PRIVATE KEY-----", "a private key"),
            (key.as_str(), "a key"),
            (&entra, "a key"),
            (&token, "a token"),
            ("\"client_secret\": \"correct-horse\"", "a text under the name of a secret"),
            ("{\"type\": \"None\", \"apiKey\":\"0123456789\"}", "a text under the name of a secret"),
            ("\"url\": \"https://user:pass@contoso.com/\"", "an address with a password"),
            ("DefaultEndpointsProtocol=https;AccountKey=abc", "a key of Azure"),
        ] {
            assert_eq!(secret(line), Some(what), "{line}");
        }
    }

    #[test]
    fn names_ids_and_schemas_are_no_secrets() {
        for line in [
            "\"reference_id\": \"MzViYWI0ZGUtZDRkYi00YjlmLTllN2MtYjE3NDI4MjM1OTQy\"",
            "\"password\": { \"type\": \"string\" }",
            "\"secret\": \"\"",
            "\"id\": \"8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01\"",
            "\"description\": \"The secret of success is to sign in\"",
            "\"client_secret\": \"${{CLIENT_SECRET}}\"",
            "\"url\": \"https://contoso.com/a@b:c\"",
        ] {
            assert_eq!(secret(line), None, "{line}");
        }
    }
}
