//! The texts of an agent that no plugin states, in the languages that are known here.

/// The texts in one language.
#[derive(Debug)]
pub(super) struct Words {
    tag: &'static str,
    /// What an agent is for; `{title}` stands for its name.
    pub(super) summary: &'static str,
    /// The text on the card of an item without a title.
    pub(super) nothing: &'static str,
    /// First questions: the tool, a title and the question.
    pub(super) starters: [(&'static str, &'static str, &'static str); 5],
}

/// Those for languages that are not known.
pub(super) const ENGLISH: &Words = &ALL[0];

static ALL: [Words; 3] = [
    Words {
        tag: "en",
        summary: "Insights for sellers from {title}.",
        nothing: "No results.",
        starters: [
            ("record_summary", "What is new?", "What is new for the record of this CRM link?"),
            ("record_details", "Related records", "Which records belong to the record of this CRM link?"),
            ("key_sales_info", "Key facts", "What should I know about the record of this CRM link?"),
            (
                "email_summary",
                "Email thread",
                "What should I know about the people and the matter of this email thread?",
            ),
            ("email_draft", "Links for a reply", "Which links help me to answer this email thread?"),
        ],
    },
    Words {
        tag: "de",
        summary: "Erkenntnisse für den Vertrieb aus {title}.",
        nothing: "Keine Ergebnisse.",
        starters: [
            ("record_summary", "Was ist neu?", "Was gibt es Neues zum Datensatz hinter diesem CRM-Link?"),
            (
                "record_details",
                "Verwandte Datensätze",
                "Welche Datensätze gehören zum Datensatz hinter diesem CRM-Link?",
            ),
            ("key_sales_info", "Das Wichtigste", "Was sollte ich über den Datensatz hinter diesem CRM-Link wissen?"),
            (
                "email_summary",
                "E-Mail-Verlauf",
                "Was sollte ich über Beteiligte und Thema dieses E-Mail-Verlaufs wissen?",
            ),
            (
                "email_draft",
                "Links für die Antwort",
                "Welche Links helfen mir, auf diesen E-Mail-Verlauf zu antworten?",
            ),
        ],
    },
    Words {
        tag: "fr",
        summary: "Informations pour les vendeurs, de {title}.",
        nothing: "Aucun résultat.",
        starters: [
            ("record_summary", "Quoi de neuf ?", "Quoi de neuf pour la fiche de ce lien CRM ?"),
            ("record_details", "Fiches associées", "Quelles fiches sont associées à celle de ce lien CRM ?"),
            ("key_sales_info", "L'essentiel", "Que faut-il savoir de la fiche de ce lien CRM ?"),
            ("email_summary", "Fil d'e-mails", "Que faut-il savoir des personnes et du sujet de ce fil d'e-mails ?"),
            ("email_draft", "Liens pour répondre", "Quels liens m'aideraient à répondre à ce fil d'e-mails ?"),
        ],
    },
];

/// Returns the texts in the language of `tag`, whatever its region.
pub(super) fn of(tag: &str) -> Option<&'static Words> {
    let language = tag.split('-').next()?;
    ALL.iter().find(|words| words.tag == language)
}
