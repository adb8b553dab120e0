//! Documents that describe the host's operations: the connector's definition and the OpenAPI document. Also the
//! operation by which Power Platform tests a connection.
//!
//! The host's name in them comes from the settings and never from a request. Each document is built once per catalog and
//! set of providers ([`cache`]), within a bound on its size ([`mod@build`]).

mod build;
mod cache;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderValue;
use axum::http::Response;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::time::timeout_at;

pub(super) use self::cache::DocumentCache;
use super::api::{Api, json, no_such_provider};
use super::fault::Fault;
use super::request_context::RequestContext;
use super::route::named;
use super::unread::InPieces;
use crate::plugin::{Catalog, Plugin};
use connector::{Definition, EmailSummaries, TEST_CONNECTION};

/// The path of the connector's definition after `/api/`.
const SWAGGER: &str = "connector/apiDefinition.swagger.json";

/// The path of the OpenAPI document after `/api/`.
const OPENAPI: &str = "openapi.json";

/// The provider's name in a path, which may be invalid.
type ProviderName = Result<Path<String>, PathRejection>;

/// The request context.
type RequestCaller = Extension<RequestContext>;

/// A kind of document.
#[derive(Clone, Copy)]
struct DocumentKind {
    name: &'static str,
    emails: EmailSummaries,
    write: fn(&Definition) -> Value,
}

/// The connector's definition, for Power Platform, which matches operations by their descriptions.
const FOR_CONNECTORS: DocumentKind =
    DocumentKind { name: "connector", emails: EmailSummaries::Second, write: Definition::swagger };

/// The OpenAPI document, for all other readers.
const FOR_EVERYBODY: DocumentKind =
    DocumentKind { name: "openapi", emails: EmailSummaries::Both, write: Definition::openapi };

/// The routes of the documents of all providers together and of each alone.
pub(super) fn routes() -> Router<Arc<Api>> {
    let mut router = Router::new();
    for (path, kind) in [(SWAGGER, FOR_CONNECTORS), (OPENAPI, FOR_EVERYBODY)] {
        router = router
            .route(
                &format!("/api/{path}"),
                named(
                    kind.name,
                    get(async move |State(api): State<Arc<Api>>, request_context: RequestCaller| {
                        merged(&api, &request_context, kind).await
                    }),
                ),
            )
            .route(
                &format!("/api/providers/{{provider}}/{path}"),
                named(
                    kind.name,
                    get(
                        async move |State(api): State<Arc<Api>>,
                                    provider: ProviderName,
                                    request_context: RequestCaller| {
                            alone(&api, provider, &request_context, kind).await
                        },
                    ),
                ),
            );
    }
    router
        .route(
            &format!("/api/{TEST_CONNECTION}"),
            named(
                TEST_CONNECTION,
                get(async |State(api): State<Arc<Api>>, request_context: RequestCaller| {
                    connected(&api, &request_context)
                }),
            ),
        )
        .route(
            &format!("/api/providers/{{provider}}/{TEST_CONNECTION}"),
            named(
                TEST_CONNECTION,
                get(async |State(api): State<Arc<Api>>, provider: ProviderName, request_context: RequestCaller| {
                    api.provider(&request_context, &id_in(provider)?)?;
                    connected(&api, &request_context)
                }),
            ),
        )
}

fn connected(api: &Api, request_context: &RequestContext) -> Result<Response<Body>, Fault> {
    api.count(request_context)?;
    Ok(json(&json!({ "status": "connected" }), &[]))
}

/// The document of all providers that the caller may ask.
async fn merged(api: &Api, request_context: &RequestContext, kind: DocumentKind) -> Result<Response<Body>, Fault> {
    let catalog = api.registry.catalog();
    let permitted = catalog.plugins().filter(|plugin| request_context.providers.permit(plugin.id().as_str()));
    let permitted = permitted.cloned().collect();
    answer(api, request_context, &catalog, DocumentScope::of(api, permitted, false), kind).await
}

/// The document of the provider in the path.
async fn alone(
    api: &Api,
    provider: ProviderName,
    request_context: &RequestContext,
    kind: DocumentKind,
) -> Result<Response<Body>, Fault> {
    let catalog = api.registry.catalog();
    let provider = api.provider(request_context, &id_in(provider)?)?;
    answer(api, request_context, &catalog, DocumentScope::of(api, vec![provider], true), kind).await
}

fn id_in(provider: ProviderName) -> Result<String, Fault> {
    provider.map(|Path(id)| id).map_err(|_| no_such_provider())
}

/// The providers of a document, and the audience for which its readers request tokens.
struct DocumentScope {
    audience: Option<String>,
    plugins: Vec<Arc<Plugin>>,
    /// Set for the document of one provider's own routes.
    is_alone: bool,
}

impl DocumentScope {
    fn of(api: &Api, plugins: Vec<Arc<Plugin>>, is_alone: bool) -> Self {
        Self { audience: api.auth.policy().resource().map(str::to_owned), plugins, is_alone }
    }
}

async fn answer(
    api: &Api,
    request_context: &RequestContext,
    catalog: &Arc<Catalog>,
    scope: DocumentScope,
    kind: DocumentKind,
) -> Result<Response<Body>, Fault> {
    api.count(request_context)?;
    let Some(documents) = &api.documents else {
        return Err(Fault::not_found("the host's public name is not set; set `http.public-name`"));
    };
    let built = timeout_at(request_context.deadline.instant().into(), documents.get(catalog, scope, kind)).await;
    // Others are being built first.
    let Ok(built) = built else { return Err(Fault::throttled(None)) };
    let document = built.ok_or_else(Fault::internal)?.map_err(|collision| Fault::conflict(collision.to_string()))?;
    let mut response = Response::new(InPieces::of(document, api.time_to_read));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
