//! A partner's backend: a real server, with or without TLS, whose behaviour the path selects.
//!
//! | path | behaviour |
//! |---|---|
//! | `/ok` | answers `ok` |
//! | `/echo` | answers with the request's headers and body, in its body and in a header |
//! | `/halves` | the same, the body in two halves with a pause between |
//! | `/meet/N` | answers when N such requests are in progress concurrently |
//! | `/redirect` | redirects to `/ok` of another backend, `redirect-to` |
//! | `/hang` | never answers |
//! | `/drip` | sends a byte now and then, without end |
//! | `/endless` | sends as many bytes as are read |
//! | `/bomb` | sends a megabyte of gzip that expands to 160 of zeros |
//!
//! A test can replace these behaviours, see [`Backend::https_that`].

mod answers;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A server for plugins to reach. It ends when it is dropped.
#[derive(Debug)]
pub struct Backend {
    seen: Arc<Seen>,
    address: SocketAddr,
    /// The folder of its certificate, if it uses TLS.
    certificate: Option<TempDir>,
    _threads: Runtime,
}

/// The requests that a backend has received.
#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    open: AtomicUsize,
    handshakes: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    requests: Mutex<VecDeque<Came>>,
    met: Notify,
    meeting: AtomicUsize,
    /// The behaviour of a test, instead of the table above.
    says: Option<Says>,
}

/// The answer of a backend, and its delay.
#[derive(Clone, Debug)]
pub struct Said {
    /// Delay of the answer.
    pub after: Duration,
    /// Status.
    pub status: u16,
    /// Body.
    pub body: String,
}

/// A function from requests to answers.
struct Says(Box<dyn Fn(&Came) -> Said + Send + Sync>);

impl std::fmt::Debug for Says {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Says")
    }
}

/// A request that a backend received.
#[derive(Clone, Debug)]
pub struct Came {
    /// Method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, as text.
    pub body: String,
}

impl Came {
    /// Returns a header as text; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Backend {
    /// Starts a backend with TLS.
    #[must_use]
    pub fn https() -> Self {
        let (acceptor, dir) = acceptor();
        Self::start(Some(dir), Seen::default(), |listener, seen| accept(listener, Some(acceptor), seen))
    }

    /// Starts a backend with TLS that answers with the result of `says`.
    #[must_use]
    pub fn https_that(says: impl Fn(&Came) -> Said + Send + Sync + 'static) -> Self {
        let (acceptor, dir) = acceptor();
        let seen = Seen { says: Some(Says(Box::new(says))), ..Seen::default() };
        Self::start(Some(dir), seen, |listener, seen| accept(listener, Some(acceptor), seen))
    }

    /// Starts a backend without TLS.
    #[must_use]
    pub fn http() -> Self {
        Self::start(None, Seen::default(), |listener, seen| accept(listener, None, seen))
    }

    /// Starts a backend that answers every connection with these bytes, whatever the request, and closes it.
    #[must_use]
    pub fn that_writes(bytes: String) -> Self {
        Self::start(None, Seen::default(), |listener, seen| write(listener, bytes, seen))
    }

    fn start<F>(certificate: Option<TempDir>, seen: Seen, serve: impl FnOnce(TcpListener, Arc<Seen>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let threads = threads.expect("a thread is to be had");
        let listener = threads.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let seen = Arc::new(seen);
        threads.spawn(serve(listener, Arc::clone(&seen)));
        Self { seen, address, certificate, _threads: threads }
    }

    /// Returns the address at which it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns its origin, with a host name.
    #[must_use]
    pub fn origin(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://localhost:{}", self.port())
    }

    /// Returns the file of the certificate that clients must trust.
    ///
    /// # Panics
    ///
    /// Panics if it does not use TLS.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        certificate_in(self.certificate.as_ref().expect("it speaks TLS").path())
    }

    /// Returns settings that grant the sample `crm-notes` its requests, at this backend; `config` is more of its table.
    ///
    /// # Panics
    ///
    /// Panics if the backend does not use TLS.
    #[must_use]
    pub fn settings_of_crm_notes(&self, token: &str, config: &str) -> String {
        let (origin, ca) = (self.origin(), self.ca_file());
        let file = ca.with_file_name("token");
        std::fs::write(&file, token).expect("the backend has a folder");
        format!(
            "[http-client]\nca-file = {ca:?}\n[key-value]\ntime = \"2s\"\n[plugins.crm-notes.config]\nbackend = \"{origin}\"\n{config}\n\
             [plugins.crm-notes.grants]\nkey-value = \"per-tenant\"\n\
             http = [{{ origin = \"{origin}\", methods = [\"GET\"], networks = [\"loopback\"] }}]\n\
             [plugins.crm-notes.grants.secrets.notes-token]\nfile = {file:?}\nhosts = [\"localhost\"]\n\
             header = \"authorization\"\n"
        )
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.seen.open.load(Ordering::SeqCst)
    }

    /// Returns the number of TLS handshakes so far.
    #[must_use]
    pub fn handshakes(&self) -> usize {
        self.seen.handshakes.load(Ordering::SeqCst)
    }

    /// Returns the most requests that were in progress concurrently.
    #[must_use]
    pub fn most_under_way(&self) -> usize {
        self.seen.most_under_way.load(Ordering::SeqCst)
    }

    /// Returns all requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Came> {
        self.seen.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// A guard that raises a counter until it is dropped.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(connection(stream, acceptor.clone(), Arc::clone(&seen)));
    }
}

async fn write(listener: TcpListener, bytes: String, seen: Arc<Seen>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let mut request = [0; 4 << 10];
        // The client may disconnect before it has read everything, which some tests are about.
        if stream.read(&mut request).await.is_ok() {
            let _ = stream.write_all(bytes.as_bytes()).await;
        }
    }
}

async fn connection(stream: TcpStream, acceptor: Option<TlsAcceptor>, seen: Arc<Seen>) {
    let _open = Counted::new(&seen.open);
    let Some(acceptor) = acceptor else { return serve(stream, &seen).await };
    if let Ok(stream) = acceptor.accept(stream).await {
        seen.handshakes.fetch_add(1, Ordering::SeqCst);
        serve(stream, &seen).await;
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, seen: &Arc<Seen>) {
    let service = service_fn(async |request: Request<Incoming>| {
        let _under_way = Counted::new(&seen.under_way);
        seen.most_under_way.fetch_max(seen.under_way.load(Ordering::SeqCst), Ordering::SeqCst);
        let came = came(request).await;
        seen.requests.lock().unwrap_or_else(PoisonError::into_inner).push_back(came.clone());
        Ok::<_, Infallible>(answers::answer(&came, seen).await)
    });
    // The host may close the connection, which some tests are about.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn came(request: Request<Incoming>) -> Came {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    Came {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: head.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Creates a TLS acceptor with a certificate for this machine, and returns it with the folder of the certificate.
fn acceptor() -> (TlsAcceptor, TempDir) {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("both are names");
    let dir = TempDir::new().expect("there is room for a temporary folder");
    std::fs::write(certificate_in(dir.path()), made.cert.pem()).expect("the folder is new");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for both versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("the key is the certificate's");
    (TlsAcceptor::from(Arc::new(config)), dir)
}

fn certificate_in(dir: &Path) -> PathBuf {
    dir.join("ca.pem")
}
