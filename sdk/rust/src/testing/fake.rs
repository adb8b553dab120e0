//! The fake host that answers a plugin in a native test.

use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;

use crate::Property;
use crate::http_client::{HttpError, HttpRequest, HttpResponse};
use crate::log::Level;

thread_local! {
    static HOST: RefCell<FakeHost> = RefCell::default();
}

/// A fake host, whose answers a test fills in.
///
/// By default it has no config and grants nothing.
#[derive(Debug, Default)]
pub struct FakeHost {
    pub(super) config: HashMap<String, String>,
    pub(super) secrets: HashMap<String, String>,
    pub(super) responses: HashMap<String, Result<HttpResponse, HttpError>>,
    pub(super) key_value: Option<HashMap<String, String>>,
    pub(super) sent: Vec<HttpRequest>,
    pub(super) logged: Vec<LogEntry>,
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

    /// Grants requests of any method to a URL, and sets the response.
    #[must_use]
    pub fn response(self, url: impl Into<String>, status: u16, body: impl Into<String>) -> Self {
        let response = HttpResponse { status, headers: Vec::new(), body: body.into() };
        self.outcome(url, Ok(response))
    }

    /// Grants requests of any method to a URL, and sets their outcome.
    #[must_use]
    pub fn outcome(mut self, url: impl Into<String>, outcome: Result<HttpResponse, HttpError>) -> Self {
        self.responses.insert(url.into(), outcome);
        self
    }

    /// Grants an empty cache, in which nothing expires.
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
        with(|host| host.responses.insert(url.into(), outcome));
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
mod tests {
    use super::*;
    use crate::key_value::StoreError;
    use crate::secrets::SecretError;
    use crate::{config, http_client, key_value, log, secrets};
    use std::time::Duration;

    #[test]
    fn nothing_is_granted_unless_a_test_says_so() {
        let refused = http_client::send(&HttpRequest::get("https://contoso.example"));

        assert_eq!(config::get("region"), None);
        assert_eq!(secrets::reveal("token"), Err(SecretError::Unknown));
        assert_eq!(key_value::get("token"), Err(StoreError::NotGranted));
        assert!(matches!(refused, Err(HttpError::NotGranted(_))));
    }

    #[test]
    fn requests_are_answered_by_url_and_remembered() {
        let host = FakeHost::new().response("https://contoso.example/a", 200, "first").install();
        let urls = ["https://contoso.example/a", "https://contoso.example/b"];

        let outcomes = http_client::send_all(&urls.map(HttpRequest::get));

        assert_eq!(outcomes[0].as_ref().expect("is granted").body, "first");
        assert!(outcomes[1].is_err());
        assert_eq!(host.sent().len(), 2);
    }

    #[test]
    fn what_is_stored_is_found_until_it_is_removed() {
        let _host = FakeHost::new().key_value().install();

        key_value::set("token", "t", Duration::from_secs(60)).expect("is granted");
        assert_eq!(key_value::get("token"), Ok(Some("t".into())));

        key_value::remove("token").expect("is granted");
        assert_eq!(key_value::get("token"), Ok(None));
    }

    #[test]
    fn entries_of_the_log_keep_level_message_and_fields() {
        let host = FakeHost::new().install();

        log::warn!("backend refused", status = 503);

        let entry =
            LogEntry { level: Level::Warn, message: "backend refused".into(), fields: vec![("status", "503").into()] };
        assert_eq!(host.logged(), [entry]);
    }

    #[test]
    fn a_host_is_gone_when_its_test_ends() {
        drop(FakeHost::new().config("region", "emea").install());

        assert_eq!(config::get("region"), None);
    }
}
