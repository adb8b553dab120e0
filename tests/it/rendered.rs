//! Cards that the host lays out, rendered by Microsoft's library with several readers of markdown: a person sees the
//! texts as the plugin gave them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use contract::{Card, CardBody, CardContent, CardDraft, CardSizes, Repairs, Section};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Texts that markdown would take for something else.
const TEXTS: [&str; 41] = [
    "12. Mai 2026: Vertrag verschickt",
    "2026. Renewal",
    "2026.",
    "1) first",
    "+ 5 % since Monday",
    "- 3 % since Monday",
    "* as agreed",
    "-",
    "# 4711 is open",
    "#",
    "> 90 days overdue",
    "---",
    "***",
    "___",
    "===",
    "~~~ sh",
    "```sh",
    "~~no longer~~ valid",
    "~5 % to ~7 %",
    "*not* emphasised, __nor__ this, snake_case_name",
    "`code` and ``more``",
    "[a link](https://evil.example)",
    "![an image](https://evil.example/i.png)",
    "[reference]: https://evil.example",
    "[x] done",
    "<b>bold</b> <script>alert(1)</script>",
    "<https://evil.example>",
    "<!-- hidden -->",
    "R&amp;D, &copy; 2026, &#65; and AT&T;",
    "{{DATE(2026-05-12T08:30:00Z, SHORT)}}",
    "{{TIME(2026-05-12T08:30:00Z)}}",
    "${name} and {{name}}",
    "C:\\Users\\kenny\\",
    "\\# 4711 \\* \\",
    "| a | b |",
    "a -- b ... (c) \"d\"",
    "1. 2. 3. go",
    "- - -",
    "> - # 1. all",
    "Žluťoučký 顧客 😀 👨‍👩‍👧",
    "plain text",
];

/// A card as a reader of markdown showed it.
#[derive(Debug, Deserialize)]
struct Rendered {
    reader: String,
    texts: Vec<Shown>,
    shown: String,
    errors: usize,
}

/// One text of a card.
#[derive(Debug, Deserialize)]
struct Shown {
    text: String,
    /// The elements that markdown made of it, paragraphs left out.
    elements: Vec<String>,
}

/// A card all of whose texts are `text`, as far as their rules permit.
fn card(text: &str) -> String {
    let content = CardContent {
        logo_url: None,
        text: Some(text.to_owned()),
        facts: vec![(text.to_owned(), text.to_owned())],
        sections: vec![Section { title: title(text), bullets: vec![text.to_owned(), "Kenny signs.".to_owned()] }],
    };
    let draft = CardDraft {
        title: text.to_owned(),
        subtitle: Some(text.to_owned()),
        url: Some("https://hub.contoso.example/1".to_owned()),
        url_label: None,
        body: CardBody::Content(content),
    };
    let mut repairs = Repairs::default();
    let card = Card::check(draft, "Contoso Hub", CardSizes::default(), &mut repairs).expect("it has a title");
    assert!(repairs.is_empty(), "{text}: {repairs}");
    card.adaptive_card().to_owned()
}

/// The words of `text` that the title of a section may have.
fn title(text: &str) -> String {
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Returns what a script of `tests/connector` prints about cards.
pub(crate) fn render<R: DeserializeOwned>(script: &str, cards: &[impl Serialize]) -> Vec<R> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the repository");
    let script = root.join("target/connector").join(script);
    assert!(script.exists(), "install the tools first: tests/connector/tools.sh");
    let mut node = Command::new("node");
    let node = node.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut node = node.expect("Node.js is installed");
    let input = serde_json::to_vec(cards).expect("texts serialise");
    let mut stdin = node.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = node.wait_with_output().expect("it ends");
    writer.join().expect("it does not panic").expect("it reads all");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

#[test]
#[ignore = "needs Node.js and tests/connector/tools.sh"]
fn rendered_texts_are_shown_as_the_plugin_gave_them() {
    let rendered: Vec<Rendered> = render("render.mjs", &TEXTS.map(card));
    assert_eq!(rendered.len() % TEXTS.len(), 0);
    let readers = rendered.len() / TEXTS.len();

    for (text, rendered) in TEXTS.iter().flat_map(|text| std::iter::repeat_n(text, readers)).zip(rendered) {
        let Rendered { reader, texts, shown, errors } = rendered;
        let about = format!("{text:?} by {reader}");
        assert_eq!(errors, 0, "{about}");
        let expected = [
            ("Info from Contoso Hub", 0),
            (text, 0),
            (text, 0),
            (text, 0),
            (text, 0),
            (text, 0),
            (&title(text), 0),
            // The bullet of the section itself.
            (text, 2),
            ("Kenny signs.", 2),
        ];
        assert_eq!(texts.len(), expected.len(), "{about}: {texts:?}");
        for (shown, (expected, most)) in texts.iter().zip(expected) {
            assert_eq!(shown.text.trim(), expected.trim(), "{about}");
            let list: &[&str] = if most == 0 { &[] } else { &["ul", "li"] };
            // A reader that is told to makes links of bare addresses, as every client may.
            let elements: Vec<&str> = shown.elements.iter().map(String::as_str).filter(|name| *name != "a").collect();
            assert_eq!(elements, list, "{about}");
            assert!(shown.elements.len() == elements.len() || reader.contains("links"), "{about}: {shown:?}");
        }
        assert!(shown.contains(text.trim()), "{about}: {shown}");
    }
}
