//! Requests by `wasi:http`, as guests of other toolchains send them.

use insight_sdk::{Page, config};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingResponse, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme,
};
use wasip2::io::streams::{InputStream, StreamError};

use crate::{Answer, activity, said, web};

/// Sends the request of the settings, and reads the whole response.
pub(crate) fn fetch(named: &str) -> Answer {
    exchange(named, config::get("body"))
}

/// Sends a body by `POST`.
pub(crate) fn post(named: &str, body: String) -> Answer {
    exchange(named, Some(body))
}

fn exchange(named: &str, body: Option<String>) -> Answer {
    let fetched = open(named, body).and_then(|response| {
        let headers = response.headers().entries();
        let headers = headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
        let headers = headers.collect::<Vec<_>>().join("\n");
        let body = read(&response)?;
        Ok((response.status(), body.len(), format!("{headers}\n\n{}", String::from_utf8_lossy(&body))))
    });
    match fetched {
        Ok((status, bytes, what)) => {
            let what: String = what.chars().take(2_000).collect();
            let item = activity(status.to_string()).properties([("bytes", bytes.to_string()), ("said", what)]);
            Ok(Page::cut([item], 0, 1))
        }
        Err(code) => said(code),
    }
}

/// Creates fields without end.
pub(crate) fn create_fields() -> Answer {
    let fields: Vec<Fields> = std::iter::repeat_with(Fields::new).take(1_000_000).collect();
    said(fields.len().to_string())
}

/// Creates requests without end.
pub(crate) fn create_requests() -> Answer {
    let request = || OutgoingRequest::new(Fields::new());
    let requests: Vec<OutgoingRequest> = std::iter::repeat_with(request).take(1_000_000).collect();
    said(requests.len().to_string())
}

/// Appends headers without end.
pub(crate) fn grow_fields() -> Answer {
    let fields = Fields::new();
    for number in 0..1_000_000 {
        fields.append(&format!("a-{number}"), b"b").expect("a valid header");
    }
    said("a million")
}

/// Sets a header that only the host may set.
pub(crate) fn set_header(name: &str) -> Answer {
    said(match Fields::new().append(name, b"chunked") {
        Ok(()) => "set".to_owned(),
        Err(error) => format!("{error:?}"),
    })
}

fn open(named: &str, text: Option<String>) -> Result<IncomingResponse, String> {
    let url = web::url(named);
    let (scheme, rest) = url.split_once("://").ok_or("no scheme")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let fields = Fields::new();
    for (name, value) in web::headers() {
        fields.append(&name, value.as_bytes()).map_err(|error| format!("{error:?}"))?;
    }
    let request = OutgoingRequest::new(fields);
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    let method = if text.is_some() { Method::Post } else { Method::Get };
    request.set_scheme(Some(&scheme)).map_err(|()| "the scheme")?;
    request.set_method(&method).map_err(|()| "the method")?;
    request.set_authority(Some(authority)).map_err(|()| "the authority")?;
    request.set_path_with_query(Some(path)).map_err(|()| "the path")?;
    let body = request.body().map_err(|()| "the body")?;

    let options = config::get("timeout-ms").and_then(|ms| ms.parse::<u64>().ok()).map(|ms| {
        let (options, time) = (RequestOptions::new(), Some(ms.saturating_mul(1_000_000)));
        let set = [
            options.set_connect_timeout(time),
            options.set_first_byte_timeout(time),
            options.set_between_bytes_timeout(time),
        ];
        assert_eq!(set, [Ok(()); 3]);
        options
    });
    let response = outgoing_handler::handle(request, options).map_err(|code| name_of(&code))?;
    write(body, text)?;
    response.subscribe().block();
    response.get().ok_or("no response")?.map_err(|()| "taken")?.map_err(|code| name_of(&code))
}

fn write(body: OutgoingBody, text: Option<String>) -> Result<(), String> {
    if let Some(text) = text {
        let stream = body.write().map_err(|()| "the stream")?;
        for chunk in text.as_bytes().chunks(4_096) {
            stream.blocking_write_and_flush(chunk).map_err(|error| format!("{error:?}"))?;
        }
    }
    OutgoingBody::finish(body, None).map_err(|code| name_of(&code))
}

fn read(response: &IncomingResponse) -> Result<Vec<u8>, String> {
    let body = response.consume().map_err(|()| "consumed")?;
    let stream: InputStream = body.stream().map_err(|()| "the stream")?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(64 << 10) {
            Ok(chunk) => bytes.extend(chunk),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
        }
    }
}

/// Returns the name of an error's variant.
fn name_of(code: &ErrorCode) -> String {
    let text = format!("{code:?}");
    text.strip_prefix("ErrorCode::").unwrap_or(&text).to_owned()
}
