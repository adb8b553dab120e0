//! The backend that plugins ask, in a process of its own.

use std::fmt::Write;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use tokio::net::TcpListener;

use insight_bench_work::path;

/// Entries of an answer: two KB.
const ENTRIES: usize = 6;

/// Returns its answer, which is the same for every record.
pub(crate) fn body() -> Vec<u8> {
    let mut body = String::from("[");
    for index in 0..ENTRIES {
        let comma = if index == 0 { "" } else { "," };
        write!(body, r#"{comma}{{"about":"5b2e6f10-0000-4000-8000-000000000013","title":"Invoice paid","#)
            .expect("a text takes all");
        write!(
            body,
            r#""text":"Trey Research paid invoice {index} within ten days.","at":"2026-05-0{}T09:00:00Z","#,
            ENTRIES - index
        )
        .expect("a text takes all");
        write!(
            body,
            r#""url":"https://billing.contoso.example/invoice/{index}","facts":[["Status","Paid"],["Amount","1,200.00 EUR"]]}}"#
        )
        .expect("a text takes all");
    }
    body.push(']');
    body.into_bytes()
}

/// Serves it until the process is ended.
///
/// # Errors
///
/// Fails if the address is taken.
pub(crate) async fn serve(address: SocketAddr) -> io::Result<()> {
    let body = bytes::Bytes::from(body());
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    axum::serve(TcpListener::bind(address).await?, Router::new().route(path::ENTRIES, get(answer))).await
}
