//! Posts spans to a collector: HTTP/1.1, with TLS if the endpoint is https.
//!
//! The host's own HTTP client does it: the SDK's brings another one, and HTTP/2.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fmt, fs, io};

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;
use tracing::warn;

use crate::chain;
use crate::fetch::{self, Connections, FetchLimits, HttpClient as Fetcher, Idle, ReadBody};
use crate::telemetry::{HeaderSource, TraceSettings};
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

/// A client that posts spans on the threads it was given: the exporter's own threads have no sockets.
pub(super) struct SpanClient {
    client: Fetcher,
    headers: HeaderMap,
    time: Duration,
    threads: Handle,
    /// The time of the last log line that reports lost spans.
    told: Mutex<Option<Instant>>,
}

impl SpanClient {
    pub(super) fn new(settings: &TraceSettings, threads: Handle) -> Result<Self, SpanClientError> {
        let tls = match settings.endpoint.scheme() {
            "https" => tls::trusting_the_system().map_err(SpanClientError::NoCertificates)?,
            _ => tls::trusting_nobody(),
        };
        let proxies = Arc::clone(&settings.proxies);
        let client = Fetcher::new(Connections { tls, connect_time: None, idle: Idle::Keep, proxies });
        let headers = settings.headers.iter().map(|(name, source)| header(name, source)).collect::<Result<_, _>>()?;
        Ok(Self { client, headers, time: settings.time, threads, told: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl HttpClient for SpanClient {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        request.headers_mut().extend(self.headers.clone());
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
        self.threads.spawn(exchange).await?.inspect_err(|error| self.tell(error))
    }
}

impl SpanClient {
    /// Logs the reason why spans are lost, at most once in a while: the SDK does not report it.
    fn tell(&self, error: &HttpError) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|told| told.elapsed() >= BETWEEN_LINES) {
            *told = Some(Instant::now());
            warn!(error = %chain(&**error), "spans are lost: `telemetry.traces.endpoint` does not take them");
        }
    }
}

/// Leaves out the headers, which may hold a credential.
impl fmt::Debug for SpanClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("time", &self.time).finish_non_exhaustive()
    }
}

fn header(name: &str, source: &HeaderSource) -> Result<(HeaderName, HeaderValue), SpanClientError> {
    let header = || name.to_owned();
    let text = match source {
        HeaderSource::Env(variable) => env::var(variable)
            .map_err(|_| SpanClientError::NoVariable { header: header(), variable: variable.clone() })?,
        HeaderSource::File(path) => fs::read_to_string(path).map_err(|source| SpanClientError::File {
            header: header(),
            path: path.clone(),
            source,
        })?,
    };
    let unfit = || SpanClientError::Unfit(header());
    let mut value = HeaderValue::from_str(text.trim_end_matches(['\r', '\n'])).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?, value))
}
