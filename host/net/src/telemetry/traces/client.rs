//! Posts spans to a collector: HTTP/1.1, with TLS if the endpoint is https.
//!
//! The host's own HTTP client does it: the SDK's brings another one, and HTTP/2.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fmt, fs, io};

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use rustls::ClientConfig;
use tokio::runtime::Handle;
use tracing::warn;

use crate::chain;
use crate::fetch::{self, Connections, FetchLimits, HttpClient as Fetcher, Idle, ReadBody};
use crate::proxy::Proxies;
use crate::telemetry::{HeaderSource, TraceSettings};
use crate::text_file::{is_special, value};
use crate::tls;

/// The bytes of a collector's answer that are read.
const ANSWER: usize = 64 << 10;

/// The shortest time between two log lines that report lost spans.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// A client that cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum SpanClientError {
    /// A header's variable is not set.
    #[error("`telemetry.traces.headers.{header}` is not in the environment: set `{variable}`")]
    NoVariable {
        /// The header.
        header: String,
        /// The variable.
        variable: String,
    },
    /// A header's file cannot be read.
    #[error("failed to read `telemetry.traces.headers.{header}` from {}", path.display())]
    File {
        /// The header.
        header: String,
        /// The file.
        path: std::path::PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The text found there is no header value.
    #[error("`telemetry.traces.headers.{0}` must be one line of visible ASCII")]
    Unfit(String),
    /// There are no certificates to trust.
    #[error("the system has no certificates to trust a collector by; install them, or name a file in `SSL_CERT_FILE`")]
    NoCertificates(#[source] Option<io::Error>),
}

/// The client in use, for changes of the settings. A process has one.
static CLIENT: OnceLock<(Fetcher, Arc<ClientConfig>)> = OnceLock::new();

/// A client that posts spans on the threads it was given: the exporter's own threads have no sockets.
pub(super) struct SpanClient {
    client: Fetcher,
    /// The sources of headers: files are read for each post, as they may be replaced at any time.
    sources: BTreeMap<String, HeaderSource>,
    /// The headers that could be read last.
    headers: Mutex<HeaderMap>,
    time: Duration,
    threads: Handle,
    /// The time of the last log line that reports lost spans.
    told: Mutex<BTreeMap<&'static str, Instant>>,
}

impl SpanClient {
    pub(super) fn new(settings: &TraceSettings, threads: Handle) -> Result<Self, SpanClientError> {
        let tls = match settings.endpoint.scheme() {
            "https" => tls::trusting_the_system().map_err(SpanClientError::NoCertificates)?,
            _ => tls::trusting_nobody(),
        };
        let client = Fetcher::new(connections(&tls, &settings.proxies));
        // Only tests start a second client in a process.
        let _ = CLIENT.set((client.clone(), tls));
        let sources = settings.headers.clone();
        let headers = Mutex::new(read(&sources)?);
        Ok(Self { client, sources, headers, time: settings.time, threads, told: Mutex::default() })
    }

    /// Returns the headers, with those of files as they are now. Blocks on the disk: the exporter's thread may.
    fn headers(&self) -> HeaderMap {
        let mut headers = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
        let may_read = |source: &HeaderSource| !matches!(source, HeaderSource::File(path) if is_special(path));
        match read(self.sources.iter().filter(|(_, source)| may_read(source))) {
            Ok(read) => headers.extend(read),
            Err(error) => self.tell(&error, "headers of posted spans kept as they were: they cannot be read"),
        }
        headers.clone()
    }
}

#[async_trait::async_trait]
impl HttpClient for SpanClient {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        request.headers_mut().extend(self.headers());
        let client = self.client.clone();
        let limits = FetchLimits { bytes: ANSWER, time: Some(self.time), read: ReadBody::Always };
        let exchange = async move {
            let posted = match client.fetch(request.clone(), limits).await {
                // The collector may have closed the kept connection. A span that arrives twice is one span.
                Err(fetch::Error::Send(_)) => client.fetch(request, limits).await,
                posted => posted,
            };
            let response = posted?;
            if !response.status().is_success() {
                return Err(format!("it answers {}", response.status()).into());
            }
            Ok::<_, HttpError>(response)
        };
        let posted = self.threads.spawn(exchange).await?;
        posted.inspect_err(|error| {
            self.tell(&**error, "spans are lost: `telemetry.traces.endpoint` does not take them");
        })
    }
}

impl SpanClient {
    /// Logs a failure, each at most once in a while: the SDK does not report it.
    fn tell(&self, error: &(dyn std::error::Error + 'static), what: &'static str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(what).is_none_or(|told| told.elapsed() >= BETWEEN_LINES) {
            told.insert(what, Instant::now());
            warn!(error = %chain(error), "{what}");
        }
    }
}

/// Leaves out the headers, which may hold a credential.
impl fmt::Debug for SpanClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("time", &self.time).finish_non_exhaustive()
    }
}

/// Posts spans through other proxies from now on.
pub(in crate::telemetry) fn use_proxies(proxies: &Arc<Proxies>) {
    if let Some((client, tls)) = CLIENT.get() {
        client.reconnect(connections(tls, proxies));
    }
}

fn connections(tls: &Arc<ClientConfig>, proxies: &Arc<Proxies>) -> Connections {
    let (tls, proxies) = (Arc::clone(tls), Arc::clone(proxies));
    Connections { tls, connect_time: None, idle: Idle::Keep, proxies }
}

fn read<'a>(sources: impl IntoIterator<Item = (&'a String, &'a HeaderSource)>) -> Result<HeaderMap, SpanClientError> {
    sources.into_iter().map(|(name, source)| header(name, source)).collect()
}

fn header(name: &str, source: &HeaderSource) -> Result<(HeaderName, HeaderValue), SpanClientError> {
    let header = || name.to_owned();
    let text = match source {
        HeaderSource::Env(variable) => env::var_os(variable)
            .ok_or_else(|| SpanClientError::NoVariable { header: header(), variable: variable.clone() })?
            .into_encoded_bytes(),
        HeaderSource::File(path) => {
            fs::read(path).map_err(|source| SpanClientError::File { header: header(), path: path.clone(), source })?
        }
    };
    let unfit = || SpanClientError::Unfit(header());
    let mut value = HeaderValue::from_bytes(value(&text)).map_err(|_| unfit())?;
    // Bytes beyond ASCII would be a header of another encoding, such as UTF-16.
    value.to_str().map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?, value))
}
