//! Mail threads for probes: a plain one, and a large one.

use serde_json::{Value, json};

/// The bytes of a large mail thread: a month of messages with signatures, as text and again as HTML.
const LARGE_THREAD: usize = 4 << 20;

/// Returns a thread of one message.
pub(super) fn plain(from: &str) -> Value {
    json!({
        "subject": "Renewal",
        "plaintextBody": "Shall we renew?",
        "fullHtmlBody": "<p>Shall we renew?</p>",
        "from": from,
        "to": ["seller@example.com"],
        "cc": [],
        "bcc": null,
        "sentDateTime": "2026-05-12T08:30:00Z",
        "messageId": "AAMkAGI2",
        "conversationId": "AAQkAGI2",
    })
}

/// Returns the same thread with bodies of [`LARGE_THREAD`] bytes in all.
pub(crate) fn large_thread(thread: &Value) -> Value {
    const MESSAGE: &str = "Shall we renew? Žluťoučký kůň, \"quoted\"\r\n> and quoted again 😀\r\n";

    let mut thread = thread.clone();
    let text = MESSAGE.repeat(LARGE_THREAD / 2 / MESSAGE.len());
    thread["fullHtmlBody"] = format!("<pre>{text}</pre>").into();
    thread["plaintextBody"] = text.into();
    thread
}
