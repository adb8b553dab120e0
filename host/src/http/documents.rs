//! Documents that describe the host's operations: the connector's definition and the OpenAPI document. Also the
//! operation by which Power Platform tests a connection.
//!
//! The host's name in them comes from the settings and never from a request.

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::api::{Api, json, no_such_provider};
use super::fault::Fault;
use super::request_context::RequestContext;
use super::route::named;
use connector::{About, Definition, EmailSummaries, OAuth, Offer, Settings, TEST_CONNECTION};

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
struct Document {
    emails: EmailSummaries,
    write: fn(&Definition) -> Value,
}

/// The connector's definition, for Power Platform, which matches operations by their descriptions.
const FOR_CONNECTORS: Document = Document { emails: EmailSummaries::Second, write: Definition::swagger };

/// The OpenAPI document, for all other readers.
const FOR_EVERYBODY: Document = Document { emails: EmailSummaries::Both, write: Definition::openapi };

/// The routes of the documents of all providers together and of each alone.
pub(super) fn routes() -> Router<Api> {
    let mut router = Router::new();
    for (path, name, document) in [(SWAGGER, "connector", FOR_CONNECTORS), (OPENAPI, "openapi", FOR_EVERYBODY)] {
        router = router
            .route(
                &format!("/api/{path}"),
                named(
                    name,
                    get(async move |State(api): State<Api>, request_context: RequestCaller| {
                        merged(&api, &request_context, document)
                    }),
                ),
            )
            .route(
                &format!("/api/providers/{{provider}}/{path}"),
                named(
                    name,
                    get(async move |State(api): State<Api>, provider: ProviderName, request_context: RequestCaller| {
                        alone(&api, provider, &request_context, document)
                    }),
                ),
            );
    }
    router
        .route(
            &format!("/api/{TEST_CONNECTION}"),
            named(
                TEST_CONNECTION,
                get(async |State(api): State<Api>, request_context: RequestCaller| connected(&api, &request_context)),
            ),
        )
        .route(
            &format!("/api/providers/{{provider}}/{TEST_CONNECTION}"),
            named(
                TEST_CONNECTION,
                get(async |State(api): State<Api>, provider: ProviderName, request_context: RequestCaller| {
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
fn merged(api: &Api, request_context: &RequestContext, document: Document) -> Result<Response<Body>, Fault> {
    let catalog = api.registry.catalog();
    let permitted = catalog.plugins().filter(|plugin| request_context.providers.permit(plugin.id().as_str()));
    write(api, request_context, &Offer::merged(permitted.map(|plugin| plugin.as_ref().into())), document)
}

/// The document of the provider in the path.
fn alone(
    api: &Api,
    provider: ProviderName,
    request_context: &RequestContext,
    document: Document,
) -> Result<Response<Body>, Fault> {
    let provider = api.provider(request_context, &id_in(provider)?)?;
    write(api, request_context, &Offer::alone(provider.as_ref().into()), document)
}

fn id_in(provider: ProviderName) -> Result<String, Fault> {
    provider.map(|Path(id)| id).map_err(|_| no_such_provider())
}

fn write(
    api: &Api,
    request_context: &RequestContext,
    offer: &Offer,
    document: Document,
) -> Result<Response<Body>, Fault> {
    api.count(request_context)?;
    let Some(place) = api.place.clone() else {
        return Err(Fault::not_found("the host's public name is not set; set `http.public-name`"));
    };
    let about = About::of(offer, &Settings::default());
    let definition = Definition::new(offer, document.emails, place, about, OAuth::default());
    let definition = definition.map_err(|collision| Fault::conflict(collision.to_string()))?;
    Ok(json(&(document.write)(&definition), &[]))
}
