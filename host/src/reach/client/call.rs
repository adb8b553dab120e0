//! What one call may do with its plugin's way out.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::body::{SendBody, Streamed, whole};
use super::{Error, Request, Response, Times};
use crate::reach::memory::Held;
use crate::reach::{CallReach, Kind};

impl CallReach {
    /// Sends a request and reads the whole response, for as long as `time` and the call allow. The
    /// memory of the response counts until what comes with it is dropped.
    ///
    /// # Errors
    ///
    /// Fails with why there is no response, in words for the guest.
    pub(crate) async fn send(
        &self,
        request: Request,
        body: Option<String>,
        time: Option<Duration>,
    ) -> Result<(Response, Held), Error> {
        let sent = async {
            self.usage.count()?;
            let client = &self.reach.client;
            let checked = client.check(&request, &self.context)?;
            let body = client.body(body.unwrap_or_default(), &checked.origin)?;
            let request = checked.request.map(|()| whole(body));
            let end = self.end(time.unwrap_or(Duration::MAX))?;
            client.send(request, self.usage.queue(client), Held::new(Arc::clone(&self.memory)), end).await
        };
        let result = sent.await;
        result.inspect_err(|error| self.note(error))
    }

    /// Sends a request whose body a guest still writes, and returns the response as it comes. In
    /// its headers, secrets take the place of what stands for them; its body passes as it is.
    ///
    /// # Errors
    ///
    /// Fails with why there is no response.
    pub(crate) fn open(
        self: &Arc<Self>,
        request: Request,
        body: SendBody,
        times: Times,
    ) -> impl Future<Output = Result<hyper::Response<Streamed>, Error>> + Send + use<> {
        let call = Arc::clone(self);
        async move {
            let opened = async {
                call.usage.count()?;
                let client = &call.reach.client;
                let checked = client.check(&request, &call.context)?;
                let body = body.capped(client.settings.request_body.as_u64())?;
                let end = call.end(times.head)?;
                let opened = client.open(checked.request.map(|()| body), call.usage.queue(client), end);
                let (coming, under_way) = opened.await?;
                Ok(coming.map(|incoming| Streamed::new(incoming, client, call.time(times.between), under_way)))
            };
            let result = opened.await;
            result.inspect_err(|error| call.note(error))
        }
    }

    /// When a wait for `time` ends, as far as the call itself goes.
    fn end(&self, time: Duration) -> Result<Instant, Error> {
        let time = self.time(time);
        if time.is_zero() { Err(Error::TimedOut) } else { Ok(Instant::now() + time) }
    }

    /// Counts and logs what the plugin may not do.
    fn note(&self, error: &Error) {
        match error {
            Error::NotGranted(_) | Error::Invalid(_) | Error::OverQuota => {}
            Error::TimedOut | Error::Unreachable(_) | Error::TooLarge => return,
        }
        self.refuse(Kind::Http, &error.to_string());
    }
}
