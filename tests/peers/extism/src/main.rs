//! An axum server that answers by a plugin of Extism.
//!
//! ```text
//! bench-extism pooled|inline|fresh PLUGIN ADDRESS BACKEND
//! ```
//!
//! | mode | instances |
//! |---|---|
//! | pooled | kept in a pool and reused; a call takes one on a thread that may block, as Extism's calls do |
//! | inline | one for each answering thread, reused and called there |
//! | fresh | one for each call, made of the plugin as compiled before |

use std::cell::RefCell;
use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use extism::{CompiledPlugin, Manifest, Plugin, PluginBuilder, Pool, PoolBuilder, Wasm};
use insight_bench_work::path;
use tokio::net::TcpListener;
use tokio::task;

/// Path of each workload, and the plugin's function that answers.
const ROUTES: [(&str, &str); 3] = [(path::LITERAL, "literal"), (path::JSON, "json"), (path::BACKEND, "backend")];

/// The longest wait for an instance of the pool.
const WAIT: Duration = Duration::from_secs(4);

/// The use of instances.
#[derive(Clone)]
enum Instances {
    Pooled(Pool),
    Inline(Arc<CompiledPlugin>),
    Fresh(Arc<CompiledPlugin>),
}

thread_local! {
    static INLINE: RefCell<Option<Plugin>> = const { RefCell::new(None) };
}

type Outcome = Result<Vec<u8>, extism::Error>;

impl Instances {
    fn new(mode: &str, compiled: CompiledPlugin) -> Result<Self, String> {
        match mode {
            "pooled" => {
                let most = thread::available_parallelism().map_or(2, usize::from) * 16;
                let build = move || Plugin::new_from_compiled(&compiled);
                Ok(Self::Pooled(PoolBuilder::new().with_max_instances(most).build(build)))
            }
            "inline" => Ok(Self::Inline(Arc::new(compiled))),
            "fresh" => Ok(Self::Fresh(Arc::new(compiled))),
            other => Err(format!("unknown mode {other}")),
        }
    }

    async fn answer(self, function: &'static str, query: String) -> Outcome {
        match self {
            Self::Inline(compiled) => inline(&compiled, function, &query),
            Self::Pooled(pool) => blocking(move || pooled(&pool, function, &query)).await,
            Self::Fresh(compiled) => {
                blocking(move || Plugin::new_from_compiled(&compiled)?.call(function, query.as_str())).await
            }
        }
    }
}

async fn blocking(call: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    task::spawn_blocking(call).await?
}

fn pooled(pool: &Pool, function: &str, query: &str) -> Outcome {
    let mut plugin = pool.get(WAIT)?.ok_or_else(|| extism::Error::msg("no instance is free"))?;
    plugin.call(function, query)
}

fn inline(compiled: &CompiledPlugin, function: &str, query: &str) -> Outcome {
    INLINE.with_borrow_mut(|plugin| {
        let plugin = match plugin {
            Some(plugin) => plugin,
            None => plugin.insert(Plugin::new_from_compiled(compiled)?),
        };
        plugin.call(function, query)
    })
}

fn response(outcome: Outcome) -> Response {
    match outcome {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [mode, plugin, address, backend] = words.as_slice() else {
        return Err("usage: bench-extism pooled|inline|fresh PLUGIN ADDRESS BACKEND".into());
    };
    let manifest = Manifest::new([Wasm::data(fs::read(plugin)?)])
        .with_config_key("backend", backend)
        .with_allowed_host("127.0.0.1")
        .with_timeout(Duration::from_secs(4));
    let compiled = CompiledPlugin::new(PluginBuilder::new(manifest))?;
    let instances = Instances::new(mode, compiled)?;

    let mut router = Router::new();
    for (path, function) in ROUTES {
        let answer = move |State(instances): State<Instances>, RawQuery(query): RawQuery| async move {
            response(instances.answer(function, query.unwrap_or_default()).await)
        };
        router = router.route(path, get(answer));
    }
    axum::serve(TcpListener::bind(address).await?, router.with_state(instances)).await?;
    Ok(())
}
