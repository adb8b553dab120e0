//! Header rules: headers that a guest may not set, headers that the host adds, and hop-by-hop headers of a
//! response.

use std::borrow::Cow;

use getrandom::u64 as random;
use hyper::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use contract::Context;
use net::trace::HttpSpan;

/// Headers by which a guest could impersonate the host, or smuggle a second request.
const FORBIDDEN: [&str; 24] = [
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "http2-settings",
    "traceparent",
    "tracestate",
    "forwarded",
    "via",
    "x-real-ip",
    "true-client-ip",
    "client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

/// Prefixes of further forbidden headers.
const FORBIDDEN_FAMILIES: [&str; 3] = ["proxy-", "x-ms-", "x-forwarded-"];

/// Headers that ask for a part of a response, or for another encoding of it. A secret that a backend repeats in such a
/// response is not recognised.
const FORMS: [&str; 6] = ["range", "request-range", "if-range", "a-im", "accept-encoding", "accept-charset"];

/// Hop-by-hop headers of a response.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Returns whether a guest, or a secret on its behalf, may set a header of this name.
pub fn may_be_set(name: &str) -> bool {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return false };
    let name = as_servers_read(name.as_str());
    !FORBIDDEN.contains(&&*name) && !FORBIDDEN_FAMILIES.iter().any(|family| name.starts_with(family))
}

/// Returns whether a guest may set a header of this name in a request with a secret that it may not read.
pub(super) fn may_go_with_secrets(name: &str) -> bool {
    !FORMS.contains(&&*as_servers_read(name))
}

/// Returns a header's name as the most lenient servers read it: some treat both `_` and `-` alike.
fn as_servers_read(name: &str) -> Cow<'_, str> {
    // Nearly all names are written like this already.
    if name.bytes().any(|byte| byte == b'_' || byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().replace('_', "-").into()
    } else {
        name.into()
    }
}

/// Returns whether a guest's fields, of a request or of a response, never hold a header of this name. These are
/// fewer than the headers a guest may not send, as a response keeps informative ones such as `x-ms-request-id`.
pub fn is_kept_from_fields(name: &HeaderName) -> bool {
    let name = name.as_str();
    name != "content-length" && !name.starts_with("x-ms-") && name != "via" && !may_be_set(name)
}

/// Returns whether `text` is a method in upper case that may be sent. CONNECT and TRACE are for proxies.
pub fn is_method(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=32).contains(&text.len()) && text.bytes().all(fits) && !matches!(text, "CONNECT" | "TRACE")
}

/// Adds the headers that every request carries: its sender, its activity id, the software that asks, if the question
/// names it, and its trace. The trace parent is `span`, or a new child of the incoming one if the host only passes a
/// trace on.
pub(super) fn sign(headers: &mut HeaderMap, context: &Context, span: &HttpSpan) {
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("insight-host/", env!("CARGO_PKG_VERSION"))));
    let id = HeaderValue::from_str(context.activity_id.as_str()).expect("an activity id is visible ASCII");
    headers.insert(HeaderName::from_static("x-ms-client-request-id"), id);
    if let Some(software) = context.user_agent.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(HeaderName::from_static("x-ms-user-agent"), software);
    }
    let passed_on = || context.traceparent.as_deref().and_then(child_of);
    if let Some(trace) = span.traceparent().or_else(passed_on).and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(HeaderName::from_static("traceparent"), trace);
    }
}

/// Returns a span of the same trace below the one that `traceparent` names; `None` without randomness.
fn child_of(traceparent: &str) -> Option<String> {
    let [version, trace, _parent, flags] = traceparent.split('-').collect::<Vec<_>>().try_into().ok()?;
    // A span id of zeroes is invalid.
    let span = random().ok()?.max(1);
    Some(format!("{version}-{trace}-{span:016x}-{flags}"))
}

/// Removes hop-by-hop headers of a response, including those named by its `connection` header.
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named = named.flat_map(|value| value.split(',')).filter_map(|name| HeaderName::try_from(name.trim()).ok());
    for name in named.collect::<Vec<_>>() {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{ActivityId, languages};
    use net::trace::CallSpan;

    #[test]
    fn what_a_response_says_is_the_connections_goes_with_it() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("connection", "close, X-Hop"), ("x-hop", "1"), ("x-kept", "2"), ("upgrade", "h2c")] {
            headers.insert(name, HeaderValue::from_static(value));
        }

        strip_hop_by_hop(&mut headers);

        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-kept"]);
    }

    #[test]
    fn what_frames_routes_or_names_a_request_is_the_hosts() {
        for name in [
            "Host",
            "CONNECTION",
            "keep-alive",
            "Transfer-Encoding",
            "Content-Length",
            "X-HTTP-Method-Override",
            "x_forwarded_for",
            "TE",
            "Trailer",
            "Upgrade",
            "Expect",
            "Proxy-Authorization",
            "proxy-connection",
            "traceparent",
            "tracestate",
            "x-ms-client-request-id",
            "X-MS-anything",
            "Forwarded",
            "X-Forwarded-For",
            "x-forwarded-host",
            "x-real-ip",
            "",
            "a b",
            "a\r\nhost",
        ] {
            assert!(!may_be_set(name), "{name:?}");
        }
    }

    #[test]
    fn ordinary_headers_are_the_guests() {
        for name in ["authorization", "Accept", "accept-encoding", "content-type", "if-none-match", "x-api-key"] {
            assert!(may_be_set(name), "{name}");
        }
    }

    #[test]
    fn headers_that_ask_for_a_part_or_an_encoding_go_without_secrets() {
        for name in ["Range", "If-Range", "accept-encoding", "Accept_Encoding", "A-IM", "request-range"] {
            assert!(may_be_set(name) && !may_go_with_secrets(name), "{name}");
        }
        assert!(["authorization", "accept", "if-match", "x-range"].into_iter().all(may_go_with_secrets));
    }

    #[test]
    fn methods_are_upper_case_words_that_reach_no_proxy() {
        assert!(["GET", "POST", "PATCH", "M-SEARCH", "VERSION_2"].into_iter().all(is_method));
        for other in ["", "get", "Get", "G T", "GET\r\n", "CONNECT", "TRACE", "GÉT", &"A".repeat(33)] {
            assert!(!is_method(other), "{other:?}");
        }
    }

    #[test]
    fn a_request_says_whom_it_is_for_in_a_span_of_its_own() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context = Context {
            activity_id: ActivityId::accept(b"an-id").expect("it is visible ASCII"),
            traceparent: Some(parent.to_owned()),
            user_agent: Some("sales-copilot".to_owned()),
            ..Context::of_no_request(languages(None))
        };
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static("a guest"));

        sign(&mut headers, &context, &HttpSpan::begin(&CallSpan::none(), "GET", "contoso.com", 443));

        let text = |name: &str| headers[name].to_str().expect("it is ASCII").to_owned();
        assert!(text("user-agent").starts_with("insight-host/"));
        assert_eq!(text("x-ms-client-request-id"), "an-id");
        assert_eq!(text("x-ms-user-agent"), "sales-copilot");
        let child = text("traceparent");
        assert_eq!(child.len(), parent.len());
        assert_eq!((&child[..36], &child[52..]), (&parent[..36], &parent[52..]));
        assert_ne!(child, parent);
    }
}
