//! Reading of HAR 1.2 files, in which browsers and proxies record requests and their responses.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::base64;
use crate::http_client::{Header, HttpError, HttpResponse};

/// Method, URL and outcome of a request.
type Recorded = (String, String, Result<HttpResponse, HttpError>);

/// Reads the requests of a file, in their order.
///
/// # Panics
///
/// Panics if it cannot be read: a test without its data has failed.
pub(super) fn read(path: &Path) -> Vec<Recorded> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(&text).unwrap_or_else(|| panic!("{} is no HAR file", path.display()))
}

fn parse(text: &str) -> Option<Vec<Recorded>> {
    let file: Value = serde_json::from_str(text).ok()?;
    file.pointer("/log/entries")?.as_array()?.iter().map(entry).collect()
}

fn entry(entry: &Value) -> Option<Recorded> {
    let text = |pointer: &str| entry.pointer(pointer)?.as_str().map(String::from);
    let status = u16::try_from(entry.pointer("/response/status")?.as_u64()?).ok()?;
    // So browsers write a request that got no response.
    let outcome = if status == 0 {
        Err(HttpError::Unreachable("no response was recorded".into()))
    } else {
        Ok(HttpResponse { status, headers: headers(entry)?, body: body(entry)? })
    };
    Some((text("/request/method")?, text("/request/url")?, outcome))
}

/// Returns the headers of the response as the host gives them: names in lower case, and none of those of HTTP/2 itself.
fn headers(entry: &Value) -> Option<Vec<Header>> {
    let Some(headers) = entry.pointer("/response/headers") else { return Some(Vec::new()) };
    let header = |header: &Value| {
        Some(Header { name: header["name"].as_str()?.to_ascii_lowercase(), value: header["value"].as_str()?.into() })
    };
    let headers: Option<Vec<Header>> = headers.as_array()?.iter().map(header).collect();
    Some(headers?.into_iter().filter(|header| !header.name.starts_with(':')).collect())
}

fn body(entry: &Value) -> Option<String> {
    let Some(text) = entry.pointer("/response/content/text") else { return Some(String::new()) };
    let text = text.as_str()?;
    match entry.pointer("/response/content/encoding").and_then(Value::as_str) {
        Some("base64") => Some(String::from_utf8_lossy(&base64::decode(text)?).into_owned()),
        _ => Some(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(response: &str) -> Result<HttpResponse, HttpError> {
        let request = r#"{"method": "GET", "url": "https://contoso.example/"}"#;
        let file = format!(r#"{{"log": {{"entries": [{{"request": {request}, "response": {response}}}]}}}}"#);
        parse(&file).expect("it is a HAR file").remove(0).2
    }

    #[test]
    fn a_response_has_its_status_headers_and_body() {
        let headers = r#"[{"name": ":status", "value": "429"}, {"name": "Retry-After", "value": "7"}]"#;
        let response = recorded(&format!(r#"{{"status": 429, "headers": {headers}, "content": {{"text": "later"}}}}"#));

        assert_eq!(response, Ok(HttpResponse::new(429, "later").with_header("retry-after", "7")));
    }

    #[test]
    fn a_body_in_base64_is_decoded() {
        let response = recorded(r#"{"status": 200, "content": {"text": "eyJhIjoxfQ==", "encoding": "base64"}}"#);

        assert_eq!(response, Ok(HttpResponse::new(200, r#"{"a":1}"#)));
    }

    #[test]
    fn a_request_without_response_is_one_without_connection() {
        assert!(matches!(recorded(r#"{"status": 0}"#), Err(HttpError::Unreachable(_))));
    }

    #[test]
    fn what_is_no_har_file_is_none() {
        for text in ["", "{}", r#"{"log": {}}"#, r#"{"log": {"entries": [{}]}}"#] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
