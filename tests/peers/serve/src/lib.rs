//! The three workloads as a handler of `wasi:http`, for `wasmtime serve`.

use std::env;

use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingRequest, OutgoingResponse, ResponseOutparam, Scheme,
};
use wasip2::io::streams::StreamError;

use insight_bench_work::{backend, path};

/// Bytes that are read of the backend's answer at once.
const PIECE: u64 = 64 * 1024;

/// The handler.
struct Handler;

impl Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (status, body) = match answer(path, query) {
            Ok(body) => (200, body),
            Err(error) => (502, error.into_bytes()),
        };
        respond(out, status, &body);
    }
}

fn answer(path: &str, query: &str) -> Result<Vec<u8>, String> {
    let failed = |failure| format!("{failure:?}");
    match path {
        path::LITERAL => insight_bench_work::literal(query).map_err(failed),
        path::JSON => Ok(insight_bench_work::json(query)),
        path::BACKEND => insight_bench_work::backend(query, &ask(&backend::target_of(query))?).map_err(failed),
        _ => Err("no such path".into()),
    }
}

/// Sends a request to the backend, and reads its answer.
fn ask(target: &str) -> Result<Vec<u8>, String> {
    let authority = env::var("BACKEND").map_err(|error| error.to_string())?;
    let request = OutgoingRequest::new(Fields::new());
    let set = request.set_scheme(Some(&Scheme::Http)).and(request.set_authority(Some(&authority)));
    set.and(request.set_path_with_query(Some(target))).map_err(|()| "the backend's URL is malformed")?;

    let response = outgoing_handler::handle(request, None).map_err(|error| error.to_string())?;
    response.subscribe().block();
    let response =
        response.get().ok_or("no response")?.map_err(|()| "taken twice")?.map_err(|error| error.to_string())?;
    let body = response.consume().map_err(|()| "consumed twice")?;
    let stream = body.stream().map_err(|()| "streamed twice")?;
    let mut read = Vec::new();
    loop {
        match stream.blocking_read(PIECE) {
            Ok(piece) => read.extend(piece),
            Err(StreamError::Closed) => return Ok(read),
            Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string()),
        }
    }
}

fn respond(out: ResponseOutparam, status: u16, body: &[u8]) {
    let length = body.len().to_string().into_bytes();
    let headers = [("content-type".to_owned(), b"application/json".to_vec()), ("content-length".to_owned(), length)];
    let headers = Fields::from_list(&headers).expect("both are well-formed");
    let response = OutgoingResponse::new(headers);
    response.set_status_code(status).expect("the status is valid");
    let outgoing = response.body().expect("it is taken once");
    ResponseOutparam::set(out, Ok(response));
    let stream = outgoing.write().expect("it is taken once");
    stream.blocking_write_and_flush(body).expect("the caller reads, and an answer is shorter than 4 KiB");
    drop(stream);
    OutgoingBody::finish(outgoing, None).expect("as long as said");
}

wasip2::http::proxy::export!(Handler);
