//! `insight:provider/http-client`: no plugin is granted any backend yet.

use crate::bindings::v1::insight::provider::http_client;
use crate::runtime::state::GuestState;

impl http_client::Host for GuestState {
    async fn send(
        &mut self,
        _request: http_client::HttpRequest,
    ) -> Result<http_client::HttpResponse, http_client::HttpError> {
        Err(not_granted())
    }

    async fn send_all(
        &mut self,
        requests: Vec<http_client::HttpRequest>,
    ) -> Vec<Result<http_client::HttpResponse, http_client::HttpError>> {
        requests.iter().map(|_| Err(not_granted())).collect()
    }
}

fn not_granted() -> http_client::HttpError {
    http_client::HttpError::NotGranted("this host grants plugins no outgoing HTTP".to_owned())
}
