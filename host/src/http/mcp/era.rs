//! The era of a request, and the checks of the headers that repeat its body.

use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::message::{RpcError, RpcMessage};

/// The version of the modern era that is served.
pub(super) const MODERN: &str = "2026-07-28";

/// The versions of the legacy era that are served, the newest first.
pub(super) const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// Every version, the newest first.
pub(super) const VERSIONS: [&str; 5] = [MODERN, LEGACY[0], LEGACY[1], LEGACY[2], LEGACY[3]];

/// The headers that repeat parts of a request, for intermediaries.
const VERSION_HEADER: &str = "mcp-protocol-version";
const METHOD_HEADER: &str = "mcp-method";
const NAME_HEADER: &str = "mcp-name";

/// The members of a modern request's metadata.
const VERSION_MEMBER: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_MEMBER: &str = "io.modelcontextprotocol/clientCapabilities";

/// An era of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// Requests that state their version each.
    Modern,
    /// Requests after a handshake, whose result this server need not know.
    Legacy,
}

impl Era {
    /// The era of a request with these headers.
    ///
    /// # Errors
    ///
    /// Fails if its version is not served, or if its metadata or headers are not those of its version.
    pub(super) fn of(headers: &HeaderMap, message: &RpcMessage) -> Result<Self, RpcError> {
        let in_header = one(headers, VERSION_HEADER)?;
        let in_body = version_in(message)?;
        match (in_header, in_body) {
            (None, None) => Ok(Self::Legacy),
            (None, Some(_)) => Err(RpcError::header_mismatch("the header MCP-Protocol-Version is missing")),
            (Some(header), Some(body)) if header != body => {
                Err(RpcError::header_mismatch("the header MCP-Protocol-Version differs from the version in `_meta`"))
            }
            (Some(MODERN), _) => check_modern(headers, message).map(|()| Self::Modern),
            // The handshake settles the version by its parameters.
            (Some(_), None) if message.method == "initialize" => Ok(Self::Legacy),
            (Some(version), _) if LEGACY.contains(&version) => Ok(Self::Legacy),
            (Some(version), _) => Err(RpcError::unsupported_version(version, &VERSIONS)),
        }
    }
}

/// The version that a request states in its metadata, if it does.
fn version_in(message: &RpcMessage) -> Result<Option<&str>, RpcError> {
    match message.meta().and_then(|meta| meta.get(VERSION_MEMBER)) {
        None => Ok(None),
        Some(Value::String(version)) => Ok(Some(version)),
        Some(_) => Err(malformed("the protocol version in `_meta` must be a text")),
    }
}

fn check_modern(headers: &HeaderMap, message: &RpcMessage) -> Result<(), RpcError> {
    let meta = message.meta().filter(|meta| meta.contains_key(VERSION_MEMBER));
    let meta = meta.ok_or_else(|| malformed("`_meta` with the protocol version is missing"))?;
    if !meta.get(CAPABILITIES_MEMBER).is_some_and(Value::is_object) {
        return Err(malformed("`_meta` must state the client's capabilities as an object"));
    }
    check_repeated(headers, METHOD_HEADER, &message.method)?;
    if message.method == "tools/call" {
        check_repeated(headers, NAME_HEADER, name_of(&message.params)?)?;
    }
    Ok(())
}

fn malformed(problem: &str) -> RpcError {
    RpcError::invalid_params(problem).with_status(StatusCode::BAD_REQUEST)
}

/// The name of the tool that is called.
pub(super) fn name_of(params: &Map<String, Value>) -> Result<&str, RpcError> {
    params.get("name").and_then(Value::as_str).ok_or_else(|| malformed("`name` must be the name of a tool"))
}

/// Checks that the header `name` repeats `value`.
fn check_repeated(headers: &HeaderMap, name: &'static str, value: &str) -> Result<(), RpcError> {
    let header =
        one(headers, name)?.ok_or_else(|| RpcError::header_mismatch(format!("the header {name} is missing")))?;
    let decoded = decoded(header).ok_or_else(|| unreadable(name))?;
    if decoded == value {
        Ok(())
    } else {
        Err(RpcError::header_mismatch(format!("the header {name} differs from the body")))
    }
}

/// The value of a header that may occur once.
fn one<'headers>(headers: &'headers HeaderMap, name: &'static str) -> Result<Option<&'headers str>, RpcError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(RpcError::header_mismatch(format!("the header {name} occurs more than once")));
    }
    value.to_str().map(|value| Some(value.trim())).map_err(|_| unreadable(name))
}

fn unreadable(name: &str) -> RpcError {
    RpcError::header_mismatch(format!("the header {name} cannot be read"))
}

/// The text of a header's value, which is encoded if it could not be written as it is.
fn decoded(value: &str) -> Option<String> {
    match value.strip_prefix("=?base64?").and_then(|value| value.strip_suffix("?=")) {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use contract::InputRepairs;
    use serde_json::json;

    use super::*;

    fn message(method: &str, params: &Value) -> RpcMessage {
        let text = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        RpcMessage::read(text.as_bytes(), &mut InputRepairs::default()).expect("it is a message")
    }

    fn headers(values: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(*name, HeaderValue::from_str(value).expect("it is a value"));
        }
        headers
    }

    fn meta(version: &str) -> Value {
        json!({ VERSION_MEMBER: version, CAPABILITIES_MEMBER: {} })
    }

    /// The era of a call, or the code of its error.
    fn era(values: &[(&'static str, &str)], method: &str, params: &Value) -> Result<Era, String> {
        let error = |error: RpcError| format!("{error:?}").split("code: ").nth(1).map(|rest| rest[..6].to_owned());
        Era::of(&headers(values), &message(method, params)).map_err(|refused| error(refused).unwrap_or_default())
    }

    #[test]
    fn a_request_of_each_era_is_recognised() {
        let modern = json!({ "_meta": meta(MODERN), "name": "record_summary" });
        let of_modern = [(VERSION_HEADER, MODERN), (METHOD_HEADER, "tools/call"), (NAME_HEADER, " record_summary ")];

        assert_eq!(era(&of_modern, "tools/call", &modern), Ok(Era::Modern));
        assert_eq!(era(&[], "tools/list", &json!({})), Ok(Era::Legacy));
        for version in LEGACY {
            assert_eq!(era(&[(VERSION_HEADER, version)], "tools/list", &json!({})), Ok(Era::Legacy));
        }
        assert_eq!(era(&[(VERSION_HEADER, "2099-01-01")], "initialize", &json!({})), Ok(Era::Legacy));
    }

    #[test]
    fn a_version_that_is_not_served_is_refused() {
        for params in [json!({}), json!({ "_meta": meta("2099-01-01") })] {
            assert_eq!(era(&[(VERSION_HEADER, "2099-01-01")], "tools/list", &params), Err("-32022".to_owned()));
        }
    }

    #[test]
    fn a_modern_request_states_what_it_must() {
        let of_modern = [(VERSION_HEADER, MODERN), (METHOD_HEADER, "server/discover")];
        for params in [
            json!({}),
            json!({ "_meta": { CAPABILITIES_MEMBER: {} } }),
            json!({ "_meta": { VERSION_MEMBER: MODERN } }),
            json!({ "_meta": { VERSION_MEMBER: MODERN, CAPABILITIES_MEMBER: [] } }),
            json!({ "_meta": [] }),
            json!({ "_meta": { VERSION_MEMBER: 20_260_728, CAPABILITIES_MEMBER: {} } }),
        ] {
            assert_eq!(era(&of_modern, "server/discover", &params), Err("-32602".to_owned()), "{params}");
        }
    }

    #[test]
    fn headers_that_differ_from_the_body_are_refused() {
        let params = json!({ "_meta": meta(MODERN), "name": "record_summary" });
        for values in [
            &[][..],
            &[(VERSION_HEADER, "2025-11-25"), (METHOD_HEADER, "tools/call"), (NAME_HEADER, "record_summary")],
            &[(VERSION_HEADER, MODERN), (NAME_HEADER, "record_summary")],
            &[(VERSION_HEADER, MODERN), (METHOD_HEADER, "TOOLS/CALL"), (NAME_HEADER, "record_summary")],
            &[(VERSION_HEADER, MODERN), (METHOD_HEADER, "tools/call")],
            &[(VERSION_HEADER, MODERN), (METHOD_HEADER, "tools/call"), (NAME_HEADER, "record_details")],
            &[(VERSION_HEADER, MODERN), (METHOD_HEADER, "tools/call"), (NAME_HEADER, "=?base64?%%?=")],
            &[
                (VERSION_HEADER, MODERN),
                (METHOD_HEADER, "tools/call"),
                (NAME_HEADER, "record_summary"),
                (NAME_HEADER, "record_summary"),
            ],
        ] {
            assert_eq!(era(values, "tools/call", &params), Err("-32020".to_owned()), "{values:?}");
        }
    }

    #[test]
    fn a_name_in_base64_is_decoded_before_it_is_compared() {
        let params = json!({ "_meta": meta(MODERN), "name": "Größe" });
        let values =
            [(VERSION_HEADER, MODERN), (METHOD_HEADER, "tools/call"), (NAME_HEADER, "=?base64?R3LDtsOfZQ==?=")];

        assert_eq!(era(&values, "tools/call", &params), Ok(Era::Modern));
    }
}
