//! Checks a request against its plugin's grants, and builds the request that is sent.

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Uri};
use url::{Position, Url};

use super::headers::{is_method, may_be_set, may_go_with_secrets, sign};
use super::{Error, OutgoingRequest, PluginClient};
use crate::address;
use crate::grants::Network;
use crate::origin::{Origin, has_user};
use crate::secrets::{SecretSlot, Unfilled, has_template};
use contract::{Context, Printable};
use net::to_usize;
use net::trace::{CallSpan, HttpSpan};

/// Bytes of the longest URL.
const URL: usize = 8 << 10;

/// The most headers of a request.
const HEADERS: usize = 100;

/// Bytes of all header names and values, secrets included.
const HEADERS_SIZE: usize = 32 << 10;

/// A request that may be sent.
pub(super) struct Checked {
    pub(super) request: hyper::Request<()>,
    /// The origin that it goes to.
    pub(super) origin: Origin,
    /// The request's span in a trace.
    pub(super) span: HttpSpan,
}

impl PluginClient {
    /// Checks everything but the size of a request that `call` sends with this body.
    ///
    /// # Errors
    ///
    /// Fails with the change that the plugin's author or the operator would have to make.
    pub(super) fn check(
        &self,
        asked: &OutgoingRequest,
        body: &str,
        context: &Context,
        call: &CallSpan,
    ) -> Result<Checked, Error> {
        if !is_method(&asked.method) {
            let method = Printable(cut(&asked.method));
            return Err(Error::Invalid(format!("`{method}` is not a method that can be sent; write it in upper case")));
        }
        let (url, origin) = read_url(&asked.url)?;
        self.check_granted(&asked.method, &origin)?;

        let mut request = hyper::Request::new(());
        *request.method_mut() = Method::from_bytes(asked.method.as_bytes()).expect("upper-case words are methods");
        *request.uri_mut() = url;
        if asked.headers.len() > HEADERS {
            return Err(Error::TooLarge);
        }
        let mut size = 0;
        for (name, value) in &asked.headers {
            let (name, value) = self.header(name, value, &origin)?;
            size += name.as_str().len() + value.len();
            if size > HEADERS_SIZE {
                return Err(Error::TooLarge);
            }
            request.headers_mut().append(name, value);
        }
        self.check_forms(asked, body)?;
        let span = HttpSpan::begin(call, &asked.method, origin.host(), origin.port());
        sign(request.headers_mut(), context, &span);
        Ok(Checked { request, origin, span })
    }

    /// Returns a body with its secrets filled in.
    ///
    /// # Errors
    ///
    /// Fails if it is too large, or holds a secret that may not go to `origin`.
    pub(super) fn body(&self, text: String, origin: &Origin) -> Result<Bytes, Error> {
        let most = to_usize(self.settings.request_body.as_u64());
        let filled = self.secrets.fill(&text, SecretSlot::Body, origin, most).map_err(|error| unfilled(&error))?;
        if filled.len() > most {
            return Err(Error::TooLarge);
        }
        Ok(match filled {
            std::borrow::Cow::Borrowed(_) => text.into(),
            std::borrow::Cow::Owned(filled) => filled.into(),
        })
    }

    fn check_granted(&self, method: &str, origin: &Origin) -> Result<(), Error> {
        let mut covering = self.granted.iter().filter(|granted| granted.origin.covers(origin)).peekable();
        let missing = if covering.peek().is_none() {
            format!("origin = \"{origin}\"")
        } else if covering.any(|it| it.grant.methods.is_empty() || it.grant.methods.iter().any(|it| it == method)) {
            return Ok(());
        } else {
            format!("origin = \"{origin}\", methods = [\"{method}\"]")
        };
        let (plugin, networks) = (&self.plugin, networks_of(origin));
        Err(Error::NotGranted(format!(
            "the operator would have to add {{ {missing}{networks} }} to `plugins.{plugin}.grants.http`"
        )))
    }

    /// Checks that a request with a secret that the plugin may not read asks for its response as a whole and in the
    /// plain. A backend may repeat what it is sent, and a secret is recognised in such a response only.
    fn check_forms(&self, asked: &OutgoingRequest, body: &str) -> Result<(), Error> {
        let Some((name, _)) = asked.headers.iter().find(|(name, _)| !may_go_with_secrets(name)) else { return Ok(()) };
        let in_header =
            |(_, value): &(String, Vec<u8>)| str::from_utf8(value).is_ok_and(|it| self.secrets.hides_in(it));
        if !self.secrets.hides_in(body) && !asked.headers.iter().any(in_header) {
            return Ok(());
        }
        let name = Printable(cut(name));
        Err(Error::Invalid(format!("the header `{name}` may not be sent with a secret that the plugin may not read")))
    }

    /// Returns one header with its secrets filled in.
    fn header(&self, name: &str, value: &[u8], origin: &Origin) -> Result<(HeaderName, HeaderValue), Error> {
        let shown = || Printable(cut(name)).to_string();
        let header = HeaderName::from_bytes(name.as_bytes());
        let header = header.map_err(|_| Error::Invalid(format!("`{}` is not a valid header name", shown())))?;
        if !may_be_set(header.as_str()) {
            return Err(Error::Invalid(format!("the header `{header}` is set by the host alone")));
        }
        let filled = match str::from_utf8(value) {
            Ok(text) => {
                let filled = self.secrets.fill(text, SecretSlot::Header(&header), origin, HEADERS_SIZE);
                filled.map(|text| HeaderValue::from_str(&text))
            }
            // Bytes that are not UTF-8 contain no template.
            Err(_) => Ok(HeaderValue::from_bytes(value)),
        };
        let mut value = filled
            .map_err(|error| unfilled(&error))?
            .map_err(|_| Error::Invalid(format!("the value of the header `{header}` has control characters")))?;
        // Keeps the value out of debug output.
        value.set_sensitive(true);
        Ok((header, value))
    }
}

/// Returns the networks that a grant of `origin` needs besides, as far as its name tells.
fn networks_of(origin: &Origin) -> String {
    let host = origin.host().trim_matches(['[', ']']);
    let network = match host.parse() {
        Ok(address) => address::place(address).ok().flatten(),
        Err(_is_a_name) => (host == "localhost").then_some(Network::Loopback),
    };
    network.map(|network| format!(", networks = [\"{network}\"]")).unwrap_or_default()
}

/// Returns the guest's error for a secret that cannot be filled in.
fn unfilled(error: &Unfilled) -> Error {
    match error {
        Unfilled::TooLarge => Error::TooLarge,
        Unfilled::Unknown(_) | Unfilled::Elsewhere { .. } => Error::NotGranted(error.to_string()),
    }
}

/// Parses a guest's URL into the URI that is sent and the origin it leads to. Both come from the same parse, so
/// they cannot disagree.
pub(crate) fn read_url(text: &str) -> Result<(Uri, Origin), Error> {
    let invalid = |what: &str| Error::Invalid(what.to_owned());
    if text.len() > URL {
        return Err(Error::TooLarge);
    }
    if has_template(text) {
        return Err(invalid("secrets may be sent in headers and bodies, not in a URL, which appears in logs"));
    }
    let url = Url::parse(text).map_err(|error| Error::Invalid(format!("its URL is not valid: {error}")))?;
    let origin = Origin::of(&url).ok_or_else(|| invalid("its URL is neither https nor http"))?;
    if has_user(&url) {
        return Err(invalid("its URL has a user or password; send those in the header `authorization`"));
    }
    let uri =
        url[..Position::AfterQuery].parse().map_err(|_| invalid("its URL has characters that must be encoded"))?;
    Ok((uri, origin))
}

/// Returns the beginning of a guest's text, for an error message.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(64)]
}

#[cfg(test)]
mod tests;
