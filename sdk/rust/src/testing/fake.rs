//! The fake host that answers a plugin in a native test.

use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::Path;
use std::time::Duration;

use super::clock::Clock;
use super::har;
use super::replies::Replies;
use crate::http_client::{HttpError, HttpRequest, HttpResponse};
use crate::log::Level;
use crate::{Property, Timestamp};

thread_local! {
    static HOST: RefCell<FakeHost> = RefCell::default();
}

/// A fake host, whose answers a test fills in.
///
/// By default it has no config and grants nothing.
#[derive(Debug, Default)]
pub struct FakeHost {
    pub(super) clock: Clock,
    pub(super) config: HashMap<String, String>,
    pub(super) secrets: HashMap<String, String>,
    pub(super) replies: Replies,
    pub(super) key_value: Option<HashMap<String, CacheEntry>>,
    pub(super) sent: Vec<HttpRequest>,
    pub(super) logged: Vec<LogEntry>,
}

/// A value of the key-value store, and the end of its life in milliseconds since 1970.
#[derive(Debug)]
pub(super) struct CacheEntry {
    pub(super) value: String,
    pub(super) expires_at: i64,
}

/// An entry that a plugin has written to the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// Its level.
    pub level: Level,
    /// Its message.
    pub message: String,
    /// Its fields.
    pub fields: Vec<Property>,
}

impl FakeHost {
    /// Creates a host that has no config and grants nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value of the `[config]` table.
    #[must_use]
    pub fn config(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.config.insert(name.into(), value.into());
        self
    }

    /// Grants a secret for reading.
    #[must_use]
    pub fn secret(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.secrets.insert(name.into(), value.into());
        self
    }

    /// Sets the time of the clock, in RFC 3339.
    ///
    /// # Panics
    ///
    /// Panics if the text is no instant.
    #[must_use]
    pub fn clock(self, now: &str) -> Self {
        let now: Timestamp = now.parse().expect("a time in RFC 3339");
        Self { clock: Clock::at(now), ..self }
    }

    /// Grants requests of any method to a URL, and sets the response.
    #[must_use]
    pub fn response(self, url: impl Into<String>, status: u16, body: impl Into<String>) -> Self {
        self.outcome(url, Ok(HttpResponse::new(status, body)))
    }

    /// Grants requests of any method to a URL, and sets their outcome.
    #[must_use]
    pub fn outcome(self, url: impl Into<String>, outcome: Result<HttpResponse, HttpError>) -> Self {
        self.outcomes(url, [outcome])
    }

    /// Grants requests of any method to a URL, and sets their outcomes in turn: the last one stays.
    #[must_use]
    pub fn outcomes(
        mut self,
        url: impl Into<String>,
        outcomes: impl IntoIterator<Item = Result<HttpResponse, HttpError>>,
    ) -> Self {
        self.replies.set(url.into(), outcomes.into_iter().collect());
        self
    }

    /// Grants the requests that a HAR 1.2 file has, by method and URL, and answers with the recorded responses. Several of
    /// one request come in turn: the last one stays.
    ///
    /// # Panics
    ///
    /// Panics if the file cannot be read, or is no HAR file.
    #[must_use]
    pub fn har(mut self, path: impl AsRef<Path>) -> Self {
        for (method, url, outcome) in har::read(path.as_ref()) {
            self.replies.record(method, url, outcome);
        }
        self
    }

    /// Sets the time that a response takes from URLs which begin with `prefix`. It passes on the clock of this host, and
    /// nothing waits. A request whose timeout, or whose call, ends before is timed out.
    #[must_use]
    pub fn latency(mut self, prefix: impl Into<String>, time: Duration) -> Self {
        self.replies.slow_down(prefix.into(), time);
        self
    }

    /// Grants an empty cache, whose entries expire by the clock of this host.
    #[must_use]
    pub fn key_value(self) -> Self {
        Self { key_value: Some(HashMap::new()), ..self }
    }

    /// Installs this host in the current thread, until the returned guard is dropped.
    #[must_use = "the host is removed when this is dropped"]
    pub fn install(self) -> InstalledHost {
        HOST.set(self);
        InstalledHost { thread_bound: PhantomData }
    }
}

/// A [`FakeHost`] that is installed in its thread.
#[derive(Debug)]
pub struct InstalledHost {
    /// Keeps this type in its thread: another thread has another host.
    thread_bound: PhantomData<*const ()>,
}

impl InstalledHost {
    /// Returns the entries that the plugin has logged so far.
    #[must_use]
    pub fn logged(&self) -> Vec<LogEntry> {
        with(|host| host.logged.clone())
    }

    /// Sets the outcome of requests to a URL from now on.
    pub fn outcome(&self, url: impl Into<String>, outcome: Result<HttpResponse, HttpError>) {
        with(|host| host.replies.set(url.into(), vec![outcome]));
    }

    /// Makes every request fail as [`HttpError::Unreachable`] from now on: all backends are down.
    pub fn disconnect(&self) {
        with(|host| host.replies.disconnect());
    }

    /// Moves the clock on.
    pub fn advance(&self, time: Duration) {
        with(|host| host.clock.advance(time));
    }

    /// Returns the HTTP requests that the plugin has sent so far, denied ones included.
    #[must_use]
    pub fn sent(&self) -> Vec<HttpRequest> {
        with(|host| host.sent.clone())
    }
}

impl Drop for InstalledHost {
    fn drop(&mut self) {
        HOST.take();
    }
}

/// Calls the host of this thread.
pub(super) fn with<T>(ask: impl FnOnce(&mut FakeHost) -> T) -> T {
    HOST.with_borrow_mut(ask)
}

#[cfg(test)]
mod tests;
