//! Outgoing requests of one call.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::body::{SendBody, Streamed, whole};
use super::exchange::Sending;
use super::repeat::Repeat;
use super::{Error, OutgoingRequest, Response, Times};
use crate::{CallEgress, EgressKind};
use admission::Held;

impl CallEgress {
    /// Sends a request and reads the whole response, for as long as `time` and the call allow. The memory of
    /// both is counted until the returned [`Held`] is dropped.
    ///
    /// # Errors
    ///
    /// Fails with the reason there is no response, in a text for the guest.
    pub async fn send(
        &self,
        request: OutgoingRequest,
        body: Option<String>,
        time: Option<Duration>,
    ) -> Result<(Response, Held), Error> {
        let sent = async {
            self.usage.count()?;
            let client = &self.egress.client;
            let body = body.unwrap_or_default();
            let checked = client.check(&request, &body, &self.context, &self.span)?;
            let body = client.body(body, &checked.origin)?;
            let mut held = Held::new(self.memory.clone());
            held.grow(body.len()).map_err(|_| Error::TooLarge)?;
            let repeat = Repeat::of(&checked.request, body.clone(), &checked.span);
            let end = self.end(time.unwrap_or(Duration::MAX))?;
            let attempt = client.breakers.begin(&checked.origin, self.memory.caller(), end)?;
            let stage = Arc::clone(&attempt.stage);
            let request = Sending { request: checked.request.map(|()| whole(body)), repeat, stage };
            let sent = client.send(request, self.usage.queue(client, self.memory.caller()), held, end).await;
            attempt.ended(sent.as_ref());
            checked.span.ended(sent.as_ref().map(|(response, _)| response.status).map_err(Error::name));
            sent
        };
        let result = sent.await;
        result.inspect_err(|error| self.note(error))
    }

    /// Sends a request whose body a guest still writes, and returns the response while it is received. Secrets
    /// replace their templates in headers; a body is passed on unchanged.
    ///
    /// # Errors
    ///
    /// Fails with the reason there is no response.
    pub fn open(
        self: &Arc<Self>,
        request: OutgoingRequest,
        body: SendBody,
        times: Times,
    ) -> impl Future<Output = Result<hyper::Response<Streamed>, Error>> + Send + use<> {
        let call = Arc::clone(self);
        async move {
            let opened = async {
                call.usage.count()?;
                let client = &call.egress.client;
                let checked = client.check(&request, "", &call.context, &call.span)?;
                let is_empty = Arc::default();
                let most = client.settings.request_body.as_u64();
                let body = body.capped(most, Arc::clone(&call.is_over), Arc::clone(&is_empty))?;
                let repeat = Repeat::of_streamed(&checked.request, is_empty, &checked.span);
                let end = call.end(times.head)?;
                let attempt = client.breakers.begin(&checked.origin, call.memory.caller(), end)?;
                let stage = Arc::clone(&attempt.stage);
                let request = Sending { request: checked.request.map(|()| body), repeat, stage };
                let queue = call.usage.queue(client, call.memory.caller());
                let opened = client.open(request, queue, end).await;
                attempt.ended(opened.as_ref());
                checked.span.ended(opened.as_ref().map(|(coming, _)| coming.status().as_u16()).map_err(Error::name));
                let (coming, under_way) = opened?;
                Ok(coming.map(|incoming| Streamed::new(incoming, client, call.time(times.between), under_way)))
            };
            let result = opened.await;
            result.inspect_err(|error| call.note(error))
        }
        // A task of the engine's polls this future.
        .in_current_span()
    }

    /// Rejects a request beyond the number that a call may send.
    pub fn over_quota(&self) -> Error {
        self.note(&Error::OverQuota);
        Error::OverQuota
    }

    /// Returns the instant at which a wait for `time` ends, bounded by the call's deadline.
    fn end(&self, time: Duration) -> Result<Instant, Error> {
        let time = self.time(time);
        if time.is_zero() { Err(Error::TimedOut) } else { Ok(Instant::now() + time) }
    }

    /// Counts and logs an error that is a denied operation.
    fn note(&self, error: &Error) {
        match error {
            Error::NotGranted(_) | Error::Invalid(_) | Error::OverQuota => {}
            Error::TimedOut | Error::Unreachable(_) | Error::TooLarge => return,
        }
        self.refuse(EgressKind::Http, &error.to_string());
    }
}

#[cfg(test)]
pub(super) mod tests {

    use std::time::Instant;

    use bytes::Bytes as Chunk;
    use http_body_util::{BodyExt, StreamBody};
    use hyper::body::Frame;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Egress, Grants, Settings};
    use admission::MemoryOwner;
    use bytesize::ByteSize;
    use contract::{Context, languages};
    use net::trace::CallSpan;

    /// A backend that answers every client with five bytes, and a call that may reach it.
    async fn call(memory: usize) -> (String, CallEgress, MemoryOwner) {
        call_to(b"hello", memory).await
    }

    /// A backend that answers every client like this, and a call that may reach it.
    async fn call_to(body: &'static [u8; 5], memory: usize) -> (String, CallEgress, MemoryOwner) {
        let answer: Chunk = [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", &body[..]].concat().into();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    // The tests' requests arrive in one piece.
                    while stream.read(&mut [0; 1024]).await.is_ok_and(|bytes| bytes > 0) {
                        let _ = stream.write_all(&answer).await;
                    }
                });
            }
        });
        let (call, memory) = call_at(&origin, memory);
        (origin, call, memory)
    }

    /// A call that may reach this origin on this machine.
    pub(in crate::client) fn call_at(origin: &str, memory: usize) -> (CallEgress, MemoryOwner) {
        call_with(Settings::default(), origin, memory)
    }

    fn call_with(settings: Settings, origin: &str, memory: usize) -> (CallEgress, MemoryOwner) {
        let outside = Egress::open(settings).expect("nothing is asked for");
        let grants = format!("http = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]");
        let grants: Grants = toml::from_str(&grants).expect("the test writes grants");
        let egress = outside.egress("crm-notes", &grants).expect("nothing is missing");
        let context = Context::of_no_request(languages(None));
        let memory = MemoryOwner::of_its_own(ByteSize::b(memory as u64));
        let deadline = Instant::now() + Duration::from_secs(60);
        (CallEgress::new(egress, Arc::new(context), CallSpan::none(), deadline, memory.clone()), memory)
    }

    impl CallEgress {
        /// Returns another call of the same plugin.
        pub(in crate::client) fn another(&self) -> Self {
            let (egress, context) = (Arc::clone(&self.egress), Arc::clone(&self.context));
            Self::new(egress, context, CallSpan::none(), self.deadline, self.memory.clone())
        }
    }

    fn get(url: &str) -> OutgoingRequest {
        OutgoingRequest { method: "GET".to_owned(), url: url.to_owned(), headers: Vec::new() }
    }

    #[tokio::test]
    async fn a_response_counts_as_memory_until_it_is_handed_over() {
        let (origin, call, memory) = call(1 << 20).await;

        let (response, held) = call.send(get(&origin), None, None).await.expect("it is granted");

        assert_eq!((response.status, &*response.body), (200, "hello"));
        assert_eq!(memory.held(), 5);
        drop(held);
        assert_eq!(memory.held(), 0);
    }

    #[tokio::test]
    async fn a_response_that_no_memory_is_left_for_is_too_large() {
        let (origin, call, memory) = call(4).await;

        assert!(matches!(call.send(get(&origin), None, None).await, Err(Error::TooLarge)));
        assert_eq!(memory.held(), 0);
    }

    #[tokio::test]
    async fn bytes_that_decode_to_more_count_as_what_they_become() {
        let (origin, call, memory) = call_to(b"\xff\xff\xff\xff\xff", 15).await;
        let (response, held) = call.send(get(&origin), None, None).await.expect("it fits");
        assert_eq!((response.body.len(), memory.held()), (15, 15));
        drop((response, held));

        let (origin, call, memory) = call_to(b"\xff\xff\xff\xff\xff", 14).await;
        assert!(matches!(call.send(get(&origin), None, None).await, Err(Error::TooLarge)));
        assert_eq!(memory.held(), 0);
    }

    #[tokio::test]
    async fn what_is_refused_is_counted_and_what_fails_is_not() {
        let (origin, call, _) = call(1 << 20).await;

        for url in ["https://evil.example", "http://a@127.0.0.1", "http://127.0.0.1:1"] {
            assert!(call.send(get(url), None, None).await.is_err(), "{url}");
        }
        assert!(matches!(call.send(get(&origin), None, Some(Duration::ZERO)).await, Err(Error::TimedOut)));
        assert!(call.reveal("token").is_err());

        let refused = call.egress.refused();
        assert_eq!(
            (refused.get(EgressKind::Http), refused.get(EgressKind::Secret), refused.get(EgressKind::KeyValue)),
            (3, 1, 0)
        );
    }

    #[tokio::test]
    async fn a_request_is_under_way_as_long_as_its_body_is_written_whoever_dropped_the_response() {
        let (origin, _, _) = call(1 << 20).await;
        let mut settings = Settings::default();
        settings.http_client.requests_at_once = Some(2);
        let call = Arc::new(call_with(settings, &origin, 1 << 20).0);
        let (written, body) = tokio::sync::mpsc::channel::<Chunk>(1);
        let frames = futures_util::stream::unfold(body, async |mut body| {
            let bytes = body.recv().await?;
            Some((Ok(Frame::data(bytes)), body))
        });
        let body = SendBody { body: StreamBody::new(frames).boxed_unsync(), length: None };
        let time = Duration::from_secs(30);
        let permits = call.egress.client.at_once.clone().expect("their number is limited");

        let post = OutgoingRequest { method: "POST".to_owned(), ..get(&origin) };
        drop(call.open(post, body, Times { head: time, between: time }).await.expect("it is answered at once"));

        assert_eq!(permits.taken(), 1);
        drop(written);
        while permits.taken() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_call_has_so_many_requests_and_no_more() {
        let (origin, call, _) = call(1 << 20).await;

        for _ in 0..32 {
            assert!(call.send(get(&origin), None, None).await.is_ok());
        }

        assert!(matches!(call.send(get(&origin), None, None).await, Err(Error::OverQuota)));
    }
}
