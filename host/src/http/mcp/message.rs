//! Messages of JSON-RPC 2.0, read strictly: one object, with an id that is short and a method.

use std::fmt;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::era::Era;
use super::reply;
use crate::http::tools::MOST_VALUES;
use contract::InputRepairs;

/// The longest id of a request, in bytes. Every answer repeats it.
const LONGEST_ID: usize = 256;

/// The methods that are served in one era or the other.
const METHODS: [&str; 6] =
    ["initialize", "ping", "server/discover", "tools/list", "tools/call", "subscriptions/listen"];

/// A request, or a notification if it has no id.
#[derive(Debug)]
pub(super) struct RpcMessage {
    pub(super) id: Option<RequestId>,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
}

/// The id of a request: a text or a whole number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RequestId(Box<Value>);

/// Writes the id as JSON.
impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl RequestId {
    pub(super) fn value(&self) -> &Value {
        &self.0
    }

    fn read(value: &Value) -> Option<Self> {
        let is_fit = match value {
            Value::String(text) => text.len() <= LONGEST_ID,
            Value::Number(number) => number.is_i64() || number.is_u64(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        };
        is_fit.then(|| Self(Box::new(value.clone())))
    }
}

impl RpcMessage {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// Fails if the body is no message, or a batch of several.
    pub(super) fn read(body: &[u8], repairs: &mut InputRepairs) -> Result<Self, RpcError> {
        if body.trim_ascii_start().starts_with(b"[") {
            return Err(RpcError::invalid_request("batches are not served: send each request alone"));
        }
        if is_plain_value(body) {
            return Err(RpcError::invalid_request("the body must be an object"));
        }
        let mut object = contract::read_body(body, MOST_VALUES, repairs)
            .map_err(|error| RpcError::new(StatusCode::BAD_REQUEST, -32_700, error.to_string()))?;
        if object.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(RpcError::invalid_request("`jsonrpc` must be \"2.0\""));
        }
        let id = match object.get("id") {
            None => None,
            Some(id) => Some(RequestId::read(id).ok_or_else(|| {
                RpcError::invalid_request("`id` must be a whole number, or a text of at most 256 bytes")
            })?),
        };
        let read = Self::method_and_params(&mut object);
        match read {
            Ok((method, params)) => Ok(Self { id, method, params }),
            Err(error) => Err(match id {
                Some(id) => error.of(id),
                None => error,
            }),
        }
    }

    fn method_and_params(object: &mut Map<String, Value>) -> Result<(String, Map<String, Value>), RpcError> {
        let Some(Value::String(method)) = object.remove("method") else {
            return Err(RpcError::invalid_request("`method` must be a text: this server sends no requests to answer"));
        };
        match object.remove("params") {
            None | Some(Value::Null) => Ok((method, Map::new())),
            Some(Value::Object(params)) => Ok((method, params)),
            Some(_) => Err(RpcError::invalid_params("`params` must be an object").with_status(StatusCode::BAD_REQUEST)),
        }
    }

    /// The metadata of the request, if it has any.
    pub(super) fn meta(&self) -> Option<&Map<String, Value>> {
        self.params.get("_meta")?.as_object()
    }

    /// The method, if it is one that is served: a name that no caller chooses.
    pub(super) fn known_method(&self) -> &'static str {
        METHODS.into_iter().find(|method| *method == self.method).unwrap_or("other")
    }
}

/// Returns whether a body is JSON, and neither an object nor a list.
fn is_plain_value(body: &[u8]) -> bool {
    let is_begun = body.trim_ascii_start().first().is_some_and(|byte| !matches!(byte, b'{' | b'['));
    is_begun && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// An error of JSON-RPC.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RpcError {
    id: Option<RequestId>,
    status: StatusCode,
    code: i32,
    message: String,
    data: Option<Box<Value>>,
}

impl RpcError {
    fn new(status: StatusCode, code: i32, message: impl Into<String>) -> Self {
        Self { id: None, status, code, message: message.into(), data: None }
    }

    pub(super) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, -32_600, message)
    }

    pub(super) fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(StatusCode::OK, -32_602, message)
    }

    /// The error for an unknown method, which the modern era also tells by the status.
    pub(super) fn no_such_method(era: Era) -> Self {
        let status = match era {
            Era::Modern => StatusCode::NOT_FOUND,
            Era::Legacy => StatusCode::OK,
        };
        Self::new(status, -32_601, "there is no such method")
    }

    /// The error for headers that are missing, or differ from the body.
    pub(super) fn header_mismatch(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, -32_020, message)
    }

    /// The error for a version that is not served.
    pub(super) fn unsupported_version(requested: &str, supported: &[&str]) -> Self {
        let data = json!({ "requested": requested, "supported": supported });
        let error = Self::new(StatusCode::BAD_REQUEST, -32_022, "this version of the protocol is not served");
        Self { data: Some(Box::new(data)), ..error }
    }

    /// Returns the error with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Returns the error of the request with this id.
    pub(super) fn of(self, id: RequestId) -> Self {
        Self { id: Some(id), ..self }
    }
}

impl IntoResponse for RpcError {
    fn into_response(self) -> Response<Body> {
        let Self { id, status, code, message, data } = self;
        let mut error = json!({ "code": code, "message": message });
        data.into_iter().for_each(|data| error["data"] = *data);
        let id = id.map(|id| format!(r#""id":{id},"#)).unwrap_or_default();
        let mut response = reply::json(format!(r#"{{"jsonrpc":"2.0",{id}"error":{error}}}"#));
        *response.status_mut() = status;
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<RpcMessage, RpcError> {
        RpcMessage::read(body.as_bytes(), &mut InputRepairs::default())
    }

    #[test]
    fn a_request_has_an_id_and_a_notification_has_none() {
        let request = read(r#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#).expect("it is one");
        let notification = read(r#"{"jsonrpc":"2.0","method":"notifications/initialized","params":null}"#);

        assert_eq!(request.id.map(|id| id.to_string()).as_deref(), Some("\"a\""));
        assert_eq!(request.method, "ping");
        assert_eq!(notification.expect("it is one").id, None);
    }

    #[test]
    fn what_is_no_message_is_refused_by_its_kind() {
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "x".repeat(257));
        let deep = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{}"#, r#"{"a":"#.repeat(100_000));
        let wide = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{}0]}}}}"#, "0,".repeat(10_000));
        for (body, code) in [
            ("", -32_700),
            ("{", -32_700),
            (deep.as_str(), -32_700),
            (wide.as_str(), -32_700),
            (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32_700),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32_600),
            (r#""ping""#, -32_600),
            (" 7", -32_600),
            ("nul", -32_700),
            (r#"{"id":1,"method":"ping"}"#, -32_600),
            (r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, -32_600),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32_600),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32_600),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32_600),
            (long.as_str(), -32_600),
            (r#"{"jsonrpc":"2.0","id":1}"#, -32_600),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32_600),
            (r#"{"jsonrpc":"2.0","id":1,"method":["ping"]}"#, -32_600),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32_602),
        ] {
            let error = read(body).expect_err("it is none");

            assert_eq!((error.code, error.status), (code, StatusCode::BAD_REQUEST), "{error:?}");
        }
    }

    #[test]
    fn an_error_names_its_request_if_that_could_be_read() {
        let error = read(r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":"x"}"#).expect_err("it is none");

        assert_eq!(error.id.map(|id| id.to_string()).as_deref(), Some("7"));
    }
}
