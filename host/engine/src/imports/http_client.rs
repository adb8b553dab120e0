//! `insight:provider/http-client`: requests to the backends that the plugin is granted.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::bindings::v1::insight::provider::http_client;
use crate::state::GuestState;
use admission::Held;
use egress::CallEgress;
use egress::client::{Error, OutgoingRequest, REQUESTS, Response};

/// A response, with the memory it counts for until the guest has it.
type SentResponse = Result<(http_client::HttpResponse, Held), http_client::HttpError>;

impl http_client::Host for GuestState {
    async fn send(
        &mut self,
        request: http_client::HttpRequest,
    ) -> Result<http_client::HttpResponse, http_client::HttpError> {
        self.handed_over.clear();
        let call = Arc::clone(self.egress().ok_or_else(preparing)?);
        let (response, held) = self.work.run(move || async move { send(&call, request).await }).await?;
        self.handed_over.push(held);
        Ok(response)
    }

    async fn send_all(
        &mut self,
        requests: Vec<http_client::HttpRequest>,
    ) -> Vec<Result<http_client::HttpResponse, http_client::HttpError>> {
        self.handed_over.clear();
        let Some(call) = self.egress().cloned() else { return requests.iter().map(|_| Err(preparing())).collect() };
        let (of_call, mut requests) = (Arc::clone(&call), requests.into_iter());
        let first: Vec<_> = requests.by_ref().take(REQUESTS as usize).collect();
        // All responses are held until the last has arrived. Requests beyond the quota are not started.
        let sent =
            self.work.run(move || async move { join_all(first.into_iter().map(|it| send(&of_call, it))).await }).await;
        let refused: Vec<_> = requests.map(|_| Err(call.over_quota().into())).collect();
        let handed_over = &mut self.handed_over;
        let sent = sent.into_iter().map(|sent| {
            sent.map(|(response, held)| {
                handed_over.push(held);
                response
            })
        });
        sent.chain(refused).collect()
    }
}

async fn send(call: &CallEgress, asked: http_client::HttpRequest) -> SentResponse {
    let headers = asked.headers.into_iter().map(|header| (header.name, header.value.into_bytes())).collect();
    let request = OutgoingRequest { method: asked.method, url: asked.url, headers };
    let time = asked.timeout_ms.map(|ms| Duration::from_millis(ms.into()));
    let (response, held) = call.send(request, asked.body, time).await?;
    Ok((response.into(), held))
}

fn preparing() -> http_client::HttpError {
    http_client::HttpError::NotGranted("egress is denied while the plugin is preparing".to_owned())
}

impl From<Response> for http_client::HttpResponse {
    fn from(response: Response) -> Self {
        let headers = response.headers.iter().map(|(name, value)| http_client::Header {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        });
        Self { status: response.status, headers: headers.collect(), body: response.body }
    }
}

impl From<Error> for http_client::HttpError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotGranted(missing) => Self::NotGranted(missing),
            Error::Invalid(why) => Self::InvalidRequest(why),
            Error::TimedOut => Self::TimedOut,
            Error::Unreachable(why) => Self::Unreachable(why),
            Error::TooLarge => Self::TooLarge,
            Error::OverQuota => Self::OverQuota,
        }
    }
}
