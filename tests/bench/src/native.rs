//! The native server: the same code as in the plugins, called by an axum handler.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

use insight_bench_work::{backend, path};

/// The client of the backend, with its kept connections.
#[derive(Clone)]
struct Backend {
    client: Client<HttpConnector, Body>,
    address: SocketAddr,
}

impl Backend {
    async fn answer(&self, query: &str) -> Result<Vec<u8>, String> {
        let url = format!("http://{}{}", self.address, backend::target_of(query));
        let request = Request::get(url).body(Body::empty()).map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| error.to_string())?;
        let entries = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        insight_bench_work::backend(query, &entries).map_err(|failure| format!("{failure:?}"))
    }
}

/// Serves the three workloads until the process is ended.
///
/// # Errors
///
/// Fails if the address is taken.
pub(crate) async fn serve(address: SocketAddr, backend: SocketAddr) -> io::Result<()> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let backend = Backend { client: Client::builder(TokioExecutor::new()).build(connector), address: backend };
    let router = Router::new()
        .route(path::LITERAL, get(async |RawQuery(query)| respond(insight_bench_work::literal(&text(query)))))
        .route(path::JSON, get(async |RawQuery(query)| respond(Ok::<_, ()>(insight_bench_work::json(&text(query))))))
        .route(
            path::BACKEND,
            get(async |State(backend): State<Backend>, RawQuery(query)| respond(backend.answer(&text(query)).await)),
        )
        .with_state(backend);
    axum::serve(TcpListener::bind(address).await?, router).await
}

fn text(query: Option<String>) -> String {
    query.unwrap_or_default()
}

fn respond(outcome: Result<Vec<u8>, impl Debug>) -> Response {
    match outcome {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(failure) => (StatusCode::BAD_GATEWAY, format!("{failure:?}")).into_response(),
    }
}
