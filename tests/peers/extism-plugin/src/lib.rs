//! The three workloads as exports of one plugin. Each takes the query of a question and returns the answer's JSON.

#![expect(missing_docs, reason = "the macro makes functions without them")]

use extism_pdk::{Error, FnResult, HttpRequest, config, http, plugin_fn};

/// Literal insights.
#[plugin_fn]
pub fn literal(query: String) -> FnResult<Vec<u8>> {
    Ok(insight_bench_work::literal(&query).map_err(failed)?)
}

/// Insights picked from JSON.
#[plugin_fn]
pub fn json(query: String) -> FnResult<Vec<u8>> {
    Ok(insight_bench_work::json(&query))
}

/// Insights of a backend.
#[plugin_fn]
pub fn backend(query: String) -> FnResult<Vec<u8>> {
    let origin = config::get("backend")?.ok_or_else(|| Error::msg("no backend is set"))?;
    let request = HttpRequest::new(origin + &insight_bench_work::backend::target_of(&query));
    let response = http::request::<()>(&request, None)?;
    Ok(insight_bench_work::backend(&query, &response.body()).map_err(failed)?)
}

fn failed(failure: impl std::fmt::Debug) -> Error {
    Error::msg(format!("{failure:?}"))
}
