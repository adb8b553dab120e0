//! The answers of a backend, by path.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::{Body, Frame};

use super::{Came, Counted, Said, Seen};

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// The bytes of the bomb.
const BOMB: usize = 1 << 20;

pub(super) async fn answer(came: &Came, seen: &Seen) -> Answer {
    if let Some(says) = &seen.says {
        return said((says.0)(came)).await;
    }
    let path = came.target.split('?').next().unwrap_or_default();
    match path {
        "/ok" => whole("ok"),
        "/echo" => echo(came, whole(told(came))),
        "/halves" => echo(came, halves(told(came))),
        "/redirect" => redirect(came.header("redirect-to")),
        "/hang" => std::future::pending().await,
        "/drip" => pieces(Some(Duration::from_millis(50)), Bytes::from_static(b".")),
        "/endless" => pieces(None, vec![b'x'; 16 << 10].into()),
        "/bomb" => bomb(),
        _ => match path.strip_prefix("/meet/").and_then(|number| number.parse().ok()) {
            Some(number) => meet(number, seen).await,
            None => Response::builder().status(404).body(whole("").into_body()).expect("it is valid"),
        },
    }
}

async fn said(said: Said) -> Answer {
    // A timer takes a millisecond even without a delay.
    if !said.after.is_zero() {
        tokio::time::sleep(said.after).await;
    }
    let mut answer = whole(said.body);
    *answer.status_mut() = hyper::StatusCode::from_u16(said.status).expect("the test names a status");
    answer
}

fn whole(text: impl Into<Bytes>) -> Answer {
    Response::new(Full::new(text.into()).boxed_unsync())
}

/// Returns the headers and body of a request as text.
fn told(came: &Came) -> String {
    let headers =
        came.headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    format!("{} {}\n{}\n\n{}", came.method, came.target, headers.collect::<Vec<_>>().join("\n"), came.body)
}

/// Copies the request's credentials into a header of the answer too.
fn echo(came: &Came, mut answer: Answer) -> Answer {
    if let Some(value) = came.headers.get("authorization") {
        answer.headers_mut().insert("x-echo", value.clone());
    }
    answer.headers_mut().insert("connection", "keep-alive".parse().expect("it is valid"));
    answer.headers_mut().insert("x-ms-request-id", "of-the-backend".parse().expect("it is valid"));
    answer
}

/// Answers with the text in two chunks, the second a while after the first.
fn halves(text: String) -> Answer {
    let text = Bytes::from(text);
    // The text is split in the middle of the header that tests search for.
    let middle = text.windows(6).position(|part| part == b"sesame").unwrap_or(text.len() / 2) + 3;
    let halves = [text.slice(..middle), text.slice(middle..)].into_iter();
    Response::new(Pieces { left: halves, pause: Some(Duration::from_millis(20)), waiting: None }.boxed_unsync())
}

fn redirect(to: &str) -> Answer {
    let mut answer = whole("moved");
    *answer.status_mut() = hyper::StatusCode::FOUND;
    answer.headers_mut().insert("location", to.parse().expect("the test names a URL"));
    answer
}

fn pieces(pause: Option<Duration>, piece: Bytes) -> Answer {
    Response::new(Pieces { left: std::iter::repeat(piece), pause, waiting: None }.boxed_unsync())
}

async fn meet(number: usize, seen: &Seen) -> Answer {
    let met = seen.met.notified();
    // A client that disconnects no longer counts.
    let _here = Counted::new(&seen.meeting);
    if seen.meeting.load(Ordering::SeqCst) >= number {
        seen.met.notify_waiters();
    } else {
        met.await;
    }
    whole("met")
}

/// Creates a stream of deflate with the fixed code: one zero, then 258 repetitions of it, over and over.
fn bomb() -> Answer {
    const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    /// The bit for the last block, two bits for its type, and the code of a literal zero.
    const BEGINNING: &str = "1 10 00110000";
    /// The codes of the length 258 and of the distance 1.
    const AGAIN: &str = "11000101 00000";
    let mut bytes = GZIP_HEADER.to_vec();
    let (mut byte, mut filled) = (0, 0);
    for bit in BEGINNING.chars().chain(AGAIN.chars().cycle()).filter(|bit| *bit != ' ') {
        byte |= u8::from(bit == '1') << filled;
        filled += 1;
        if filled == 8 {
            bytes.push(byte);
            (byte, filled) = (0, 0);
            if bytes.len() == BOMB {
                break;
            }
        }
    }
    let mut answer = whole(bytes);
    answer.headers_mut().insert("content-encoding", "gzip".parse().expect("it is valid"));
    answer
}

/// A body of pieces, each after a pause.
struct Pieces<I> {
    left: I,
    pause: Option<Duration>,
    waiting: Option<std::pin::Pin<Box<tokio::time::Sleep>>>,
}

impl<I: Iterator<Item = Bytes> + Unpin> Body for Pieces<I> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(waiting) = &mut self.waiting {
            std::task::ready!(waiting.as_mut().poll(context));
        }
        self.waiting = self.pause.map(|pause| Box::pin(tokio::time::sleep(pause)));
        std::task::Poll::Ready(self.left.next().map(|piece| Ok(Frame::data(piece))))
    }
}
