//! The clients that are played: one for each version of the protocol that the server speaks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::request::McpRequest;

/// The version of the modern era, in which each request states its version.
pub(super) const MODERN: &str = "2026-07-28";

/// The versions of the legacy era, which begin with a handshake, the newest first.
pub(super) const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The first version whose clients repeat the version in a header.
const FIRST_WITH_HEADER: &str = "2025-06-18";

/// A version that there never was.
pub(super) const UNKNOWN: &str = "1900-01-01";

/// The name of a tool that there is not.
pub(super) const NO_TOOL: &str = "conform_no_such_tool";

/// An era of the protocol, as a client speaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlayedEra {
    /// Requests that state their version each.
    Modern,
    /// Requests after a handshake.
    Legacy,
}

/// A client that speaks one version.
#[derive(Clone, Debug)]
pub(super) struct PlayedClient {
    pub(super) era: PlayedEra,
    pub(super) version: &'static str,
    /// The session that the server gave it, if it did.
    pub(super) session: Option<String>,
    /// True if the handshake is over, so that the version is repeated in a header.
    pub(super) is_open: bool,
    /// True if the server promises to tell changes of tools.
    pub(super) announces_changes: bool,
}

impl PlayedClient {
    pub(super) const fn modern() -> Self {
        Self { era: PlayedEra::Modern, version: MODERN, session: None, is_open: true, announces_changes: false }
    }

    /// Returns a client of the legacy era before its handshake.
    pub(super) const fn legacy(version: &'static str) -> Self {
        Self { era: PlayedEra::Legacy, version, session: None, is_open: false, announces_changes: false }
    }

    /// Returns whether its requests have the header of the version.
    pub(super) fn sends_version(&self) -> bool {
        self.era == PlayedEra::Modern || (self.is_open && self.version >= FIRST_WITH_HEADER)
    }

    /// Returns the id of its request with this number: the oldest client counts in texts, as Copilot Studio was seen to.
    fn id(&self, number: u32) -> Value {
        if self.version == "2024-11-05" { json!(format!("conform-{number}")) } else { json!(number) }
    }

    /// Returns a request of this number.
    pub(super) fn request(&self, number: u32, about: &str, method: &str, params: &Value) -> McpRequest {
        self.message(Some(self.id(number)), about, method, params)
    }

    /// Returns a notification.
    pub(super) fn notification(&self, about: &str, method: &str, params: &Value) -> McpRequest {
        self.message(None, about, method, params)
    }

    fn message(&self, id: Option<Value>, about: &str, method: &str, params: &Value) -> McpRequest {
        let mut params = params.clone();
        if self.era == PlayedEra::Modern {
            let meta = &mut params["_meta"];
            meta["io.modelcontextprotocol/protocolVersion"] = json!(self.version);
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
            meta["io.modelcontextprotocol/clientInfo"] = client_info();
        }
        let mut body = json!({ "jsonrpc": "2.0" });
        id.iter().for_each(|id| body["id"] = id.clone());
        body["method"] = json!(method);
        body["params"] = params;
        let mut request = McpRequest::post(about, self.version, id, body.to_string());
        if self.sends_version() {
            request = request.with("mcp-protocol-version", self.version);
        }
        if self.era == PlayedEra::Modern {
            request = request.with("mcp-method", method);
            if let Some(name) = body["params"]["name"].as_str().filter(|_| method == "tools/call") {
                request = request.with("mcp-name", &written(name));
            }
        }
        match &self.session {
            Some(session) => request.with("mcp-session-id", session),
            None => request,
        }
    }
}

/// Writes the name of a tool as the value of a header: encoded, if it could not be one as it is.
fn written(name: &str) -> String {
    let is_plain = name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_plain && name.trim() == name && !name.starts_with("=?") {
        return name.to_owned();
    }
    encoded(name)
}

/// Writes a name in the form of values that a header cannot have as they are.
pub(super) fn encoded(name: &str) -> String {
    format!("=?base64?{}?=", STANDARD.encode(name))
}

/// The description of the client.
pub(super) fn client_info() -> Value {
    json!({ "name": "insight-host-conform", "version": env!("CARGO_PKG_VERSION") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_value_of_a_header_is_encoded() {
        assert_eq!(written("find_deals"), "find_deals");
        assert_eq!(written("Größe"), "=?base64?R3LDtsOfZQ==?=");
        assert_eq!(written("a\r\nb: c"), "=?base64?YQ0KYjogYw==?=");
        assert_eq!(written(" a"), "=?base64?IGE=?=");
    }
}
