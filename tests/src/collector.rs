//! A trace collector: a server of OTLP over HTTP, which decodes spans as a real one does.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1 as wire;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as SpanStatus;
use prost::Message;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::wait::wait_for;

/// A collector. It ends when it is dropped.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    _threads: Runtime,
}

/// The requests that a collector has received.
#[derive(Debug, Default)]
struct Seen {
    spans: Vec<TraceSpan>,
    headers: HeaderMap,
}

/// A span of a trace.
#[derive(Clone, Debug)]
pub struct TraceSpan {
    /// Its trace, in hexadecimal digits.
    pub trace: String,
    /// Its id.
    pub id: String,
    /// The id of its parent; empty if there is none.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// Attributes, and those of the resource before them, all as text.
    pub attributes: BTreeMap<String, String>,
    /// True if its status is an error.
    pub failed: bool,
}

impl TraceSpan {
    /// Returns an attribute; empty if it is not there.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

impl Collector {
    /// Starts a collector that accepts everything.
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    #[must_use]
    pub fn start() -> Self {
        Self::that(StatusCode::OK)
    }

    /// Starts a collector that answers with this status, and so accepts nothing if that is an error.
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    #[must_use]
    pub fn that(status: StatusCode) -> Self {
        let threads = Runtime::new().expect("threads are to be had");
        let listener = threads.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let seen = Arc::<Mutex<Seen>>::default();
        threads.spawn(accept(listener, status, Arc::clone(&seen)));
        Self { address, seen, _threads: threads }
    }

    /// Returns settings of a host that exports to it.
    #[must_use]
    pub fn settings(&self) -> String {
        format!("[telemetry.traces]\nendpoint = \"http://{}/v1/traces\"\n", self.address)
    }

    /// Returns the spans received so far.
    #[must_use]
    pub fn spans(&self) -> Vec<TraceSpan> {
        self.seen().spans.clone()
    }

    /// Waits for a span of this name in this trace, and returns it.
    #[must_use]
    pub fn span(&self, trace: &str, name: &str) -> TraceSpan {
        let is_it = |span: &TraceSpan| span.trace == trace && span.name == name;
        wait_for(&format!("the span `{name}`"), || self.spans().into_iter().find(is_it))
    }

    /// Returns a header of the last request, as text; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let headers = self.seen().headers.clone();
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(listener: TcpListener, status: StatusCode, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, status, Arc::clone(&seen)));
    }
}

async fn serve(stream: TcpStream, status: StatusCode, seen: Arc<Mutex<Seen>>) {
    let service = service_fn(async |request: Request<Incoming>| {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let came = ExportTraceServiceRequest::decode(body).expect("a host sends what OTLP says");
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.headers = head.headers;
        if status.is_success() {
            seen.spans.extend(spans(came));
        }
        let mut answer = Response::new(Full::<Bytes>::default());
        *answer.status_mut() = status;
        Ok::<_, Infallible>(answer)
    });
    // A host that shuts down closes the connection.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn spans(came: ExportTraceServiceRequest) -> Vec<TraceSpan> {
    let of_resource = |spans: wire::ResourceSpans| {
        let resource = spans.resource.map(|resource| attributes(resource.attributes)).unwrap_or_default();
        let all = spans.scope_spans.into_iter().flat_map(|scope| scope.spans);
        all.map(move |span| read(span, resource.clone())).collect::<Vec<_>>()
    };
    came.resource_spans.into_iter().flat_map(of_resource).collect()
}

fn read(span: wire::Span, resource: BTreeMap<String, String>) -> TraceSpan {
    let status = span.status.unwrap_or_default();
    TraceSpan {
        trace: hexadecimal(&span.trace_id),
        id: hexadecimal(&span.span_id),
        parent: hexadecimal(&span.parent_span_id),
        name: span.name,
        attributes: resource.into_iter().chain(attributes(span.attributes)).collect(),
        failed: status.code == SpanStatus::Error as i32,
    }
}

fn attributes(all: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value: Value| match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let value = |it: KeyValue| it.value.and_then(|value| value.value).map(text).unwrap_or_default();
    all.into_iter().map(|it| (it.key.clone(), value(it))).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
