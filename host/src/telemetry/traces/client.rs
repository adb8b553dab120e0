//! Posts spans to a collector: HTTP/1.1, with TLS where the endpoint says so.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fmt, io};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError};
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::warn;

use crate::telemetry::{HeaderSource, TraceSettings};

/// Bytes of a collector's answer that are read.
const ANSWER: usize = 64 << 10;

/// The least between two lines of the log that say that spans are lost.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// The client cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
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
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// What was found there is no value.
    #[error("`telemetry.traces.headers.{0}` must be one line of visible ASCII")]
    Unfit(String),
    /// Nobody to trust.
    #[error("the system has no certificates to trust a collector by; install them, or name a file in `SSL_CERT_FILE`")]
    NoCertificates(#[source] Option<rustls_native_certs::Error>),
}

/// What posts spans, on the threads it was given: the exporter's own have no sockets.
pub(super) struct Client {
    client: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    headers: HeaderMap,
    time: Duration,
    threads: Handle,
    /// When it was said last that spans are lost.
    told: Mutex<Option<Instant>>,
}

impl Client {
    pub(super) fn new(settings: &TraceSettings, threads: Handle) -> Result<Self, ClientError> {
        let roots = if settings.endpoint.scheme() == "https" { system_roots()? } else { RootCertStore::empty() };
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has ciphers for both versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
        let headers = settings.headers.iter().map(|(name, source)| header(name, source)).collect::<Result<_, _>>()?;
        Ok(Self { client, headers, time: settings.time, threads, told: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        request.headers_mut().extend(self.headers.clone());
        let (client, time) = (self.client.clone(), self.time);
        let exchange = async move {
            let (head, body) = client.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, ANSWER).collect().await?.to_bytes();
            if !head.status.is_success() {
                return Err(format!("it answers {}", head.status).into());
            }
            Ok(Response::from_parts(head, body))
        };
        let answer: Result<_, HttpError> = self.threads.spawn(async move { timeout(time, exchange).await? }).await?;
        answer.inspect_err(|error| self.tell(error))
    }
}

impl Client {
    /// Says in the log why spans are lost, now and then: the SDK would keep it to itself.
    fn tell(&self, error: &HttpError) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|told| told.elapsed() >= BETWEEN_LINES) {
            *told = Some(Instant::now());
            let error: &(dyn std::error::Error + 'static) = &**error;
            warn!(error, "spans are lost: `telemetry.traces.endpoint` does not take them");
        }
    }
}

/// Without its headers, which may open something.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("time", &self.time).finish_non_exhaustive()
    }
}

fn header(name: &str, source: &HeaderSource) -> Result<(HeaderName, HeaderValue), ClientError> {
    let header = || name.to_owned();
    let text = match source {
        HeaderSource::Env(variable) => {
            env::var(variable).map_err(|_| ClientError::NoVariable { header: header(), variable: variable.clone() })?
        }
        HeaderSource::File(path) => fs::read_to_string(path).map_err(|source| ClientError::File {
            header: header(),
            path: path.clone(),
            source,
        })?,
    };
    let unfit = || ClientError::Unfit(header());
    let mut value = HeaderValue::from_str(text.trim_end_matches(['\r', '\n'])).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?, value))
}

fn system_roots() -> Result<RootCertStore, ClientError> {
    let mut found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() { Err(ClientError::NoCertificates(found.errors.pop())) } else { Ok(roots) }
}
