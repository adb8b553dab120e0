//! Server-sent events, read as their bytes come.

use serde_json::Value;

/// The events of a stream, of which each byte is read once.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    line: Vec<u8>,
    kind: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    was_return: bool,
}

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServerEvent {
    /// The type; empty for a message.
    pub(super) kind: String,
    /// The data, whose lines are separated by line breaks.
    pub(super) data: String,
}

impl ServerEvent {
    /// Returns its data, if that is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.data).ok()
    }
}

impl EventReader {
    /// Reads bytes, and returns the events that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<ServerEvent> {
        let mut events = Vec::new();
        for byte in bytes {
            let ends_return = std::mem::replace(&mut self.was_return, *byte == b'\r');
            match byte {
                b'\n' if ends_return => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                byte => self.line.push(*byte),
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<ServerEvent> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let (kind, data) = (std::mem::take(&mut self.kind), std::mem::take(&mut self.data));
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            return std::mem::take(&mut self.has_data).then(|| ServerEvent { kind: text(&kind), data: text(&data) });
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            b"event" => self.kind = value.to_vec(),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(bytes: &str) -> Vec<(String, String)> {
        let mut reader = EventReader::default();
        let events = bytes.bytes().flat_map(|byte| reader.push(&[byte])).collect::<Vec<_>>();
        events.into_iter().map(|event| (event.kind, event.data)).collect()
    }

    #[test]
    fn events_are_read_whatever_ends_their_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                [": hello", "event: message", "id: 7", "data: {\"a\":", "data:1}", "", "data", "", "data: x", ""];

            let read = events(&text.map(|line| format!("{line}{end}")).concat());

            let expected = [("message", "{\"a\":\n1}"), ("", ""), ("", "x")];
            assert_eq!(read, expected.map(|(kind, data)| (kind.to_owned(), data.to_owned())), "{end:?}");
        }
    }

    #[test]
    fn what_is_not_complete_is_no_event() {
        assert_eq!(events("event: endpoint\n\nretry: 5\n\ndata: x\n"), []);
    }
}
