//! What the host answers, told by itself: the definition of its connector, its OpenAPI document, and the operation by
//! which Power Platform tries a connection.

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::api::{Api, json, no_such_provider};
use super::arrival::Arrival;
use super::fault::Fault;
use super::route::named;
use connector::{About, Definition, EmailSummaries, OAuth, Offer, Settings, TEST_CONNECTION};

/// What stands after `/api/` for the connector's definition.
const SWAGGER: &str = "connector/apiDefinition.swagger.json";

/// The same for the OpenAPI document.
const OPENAPI: &str = "openapi.json";

/// The name in a path, which may be no provider's.
type Named = Result<Path<String>, PathRejection>;

/// What is known of the request.
type Caller = Extension<Arrival>;

/// A way to write a definition down.
#[derive(Clone, Copy)]
struct Document {
    emails: EmailSummaries,
    write: fn(&Definition) -> Value,
}

/// For Power Platform, which matches operations by their descriptions.
const FOR_CONNECTORS: Document = Document { emails: EmailSummaries::Second, write: Definition::swagger };

/// For whoever else reads it.
const FOR_EVERYBODY: Document = Document { emails: EmailSummaries::Both, write: Definition::openapi };

/// Of all providers together and of each alone.
pub(super) fn routes() -> Router<Api> {
    let mut router = Router::new();
    for (path, name, document) in [(SWAGGER, "connector", FOR_CONNECTORS), (OPENAPI, "openapi", FOR_EVERYBODY)] {
        router = router
            .route(
                &format!("/api/{path}"),
                named(name, get(async move |State(api): State<Api>, arrival: Caller| merged(&api, &arrival, document))),
            )
            .route(
                &format!("/api/providers/{{provider}}/{path}"),
                named(
                    name,
                    get(async move |State(api): State<Api>, provider: Named, arrival: Caller| {
                        alone(&api, provider, &arrival, document)
                    }),
                ),
            );
    }
    router
        .route(
            &format!("/api/{TEST_CONNECTION}"),
            named(TEST_CONNECTION, get(async |State(api): State<Api>, arrival: Caller| connected(&api, &arrival))),
        )
        .route(
            &format!("/api/providers/{{provider}}/{TEST_CONNECTION}"),
            named(
                TEST_CONNECTION,
                get(async |State(api): State<Api>, provider: Named, arrival: Caller| {
                    api.provider(&arrival, &id_in(provider)?)?;
                    connected(&api, &arrival)
                }),
            ),
        )
}

fn connected(api: &Api, arrival: &Arrival) -> Result<Response<Body>, Fault> {
    api.count(arrival)?;
    Ok(json(&json!({ "status": "connected" }), &[]))
}

/// What all providers answer that the caller may ask.
fn merged(api: &Api, arrival: &Arrival, document: Document) -> Result<Response<Body>, Fault> {
    let catalog = api.shelf.catalog();
    let permitted = catalog.plugins().filter(|plugin| arrival.providers.permit(plugin.id().as_str()));
    write(api, arrival, &Offer::merged(permitted.map(|plugin| plugin.as_ref().into())), document)
}

/// What the one provider of the path answers.
fn alone(api: &Api, provider: Named, arrival: &Arrival, document: Document) -> Result<Response<Body>, Fault> {
    let provider = api.provider(arrival, &id_in(provider)?)?;
    write(api, arrival, &Offer::alone(provider.as_ref().into()), document)
}

fn id_in(provider: Named) -> Result<String, Fault> {
    provider.map(|Path(id)| id).map_err(|_| no_such_provider())
}

fn write(api: &Api, arrival: &Arrival, offer: &Offer, document: Document) -> Result<Response<Body>, Fault> {
    api.count(arrival)?;
    let Some(place) = api.place.clone() else {
        return Err(Fault::not_found("the host does not know its name for callers; `http.public-name` sets it"));
    };
    let about = About::of(offer, &Settings::default());
    let definition = Definition::new(offer, document.emails, place, about, OAuth::default());
    let definition = definition.map_err(|collision| Fault::conflict(collision.to_string()))?;
    Ok(json(&(document.write)(&definition), &[]))
}
