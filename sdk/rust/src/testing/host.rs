//! The host's interfaces in native builds, with the signatures that `wit-bindgen` generates, answered by the fake host.

use std::time::Duration;

use super::fake;
use crate::Timestamp;

/// Begins a call: its time runs from now on.
pub(crate) fn begin_call() -> Timestamp {
    fake::with(|host| host.clock.begin_call())
}

/// Returns the time since the call began.
pub(crate) fn elapsed() -> Duration {
    fake::with(|host| host.clock.elapsed())
}

/// See [`crate::config`].
pub(crate) mod config {
    use crate::testing::fake;

    pub(crate) fn get(name: &str) -> Option<String> {
        fake::with(|host| host.config.get(name).cloned())
    }
}

/// See [`crate::secrets`].
pub(crate) mod secrets {
    use crate::secrets::SecretError;
    use crate::testing::fake;

    pub(crate) fn reveal(name: &str) -> Result<String, SecretError> {
        fake::with(|host| host.secrets.get(name).cloned()).ok_or(SecretError::Unknown)
    }
}

/// See [`crate::log`].
pub(crate) mod log {
    use crate::Property;
    use crate::log::Level;
    use crate::testing::{LogEntry, fake};

    pub(crate) fn write(level: Level, message: &str, fields: &[Property]) {
        let entry = LogEntry { level, message: message.into(), fields: fields.into() };
        fake::with(|host| host.logged.push(entry));
    }
}

/// See [`crate::http_client`].
pub(crate) mod http_client {
    use std::time::Duration;

    use crate::http_client::{HttpError, HttpRequest, HttpResponse};
    use crate::testing::fake;

    type Outcome = Result<HttpResponse, HttpError>;

    pub(crate) fn send(request: &HttpRequest) -> Outcome {
        send_all(std::slice::from_ref(request)).pop().expect("one request has one outcome")
    }

    pub(crate) fn send_all(requests: &[HttpRequest]) -> Vec<Outcome> {
        fake::with(|host| {
            host.sent.extend_from_slice(requests);
            let left = host.clock.left();
            let answers = requests.iter().map(|request| {
                let wanted = request.timeout_ms.map_or(left, |ms| Duration::from_millis(ms.into()));
                host.replies.answer(request, wanted.min(left))
            });
            let (outcomes, times): (Vec<_>, Vec<_>) = answers.unzip();
            host.clock.advance(times.into_iter().max().unwrap_or_default());
            outcomes
        })
    }
}

/// See [`crate::key_value`].
pub(crate) mod key_value {
    use crate::key_value::StoreError;
    use crate::testing::fake::{self, CacheEntry, FakeHost};

    pub(crate) fn get(key: &str) -> Result<Option<String>, StoreError> {
        with(|host| {
            let entry = host.key_value.as_ref()?.get(key)?;
            (host.clock.now_ms() < entry.expires_at).then(|| entry.value.clone())
        })
    }

    pub(crate) fn set(key: &str, value: &str, ttl_seconds: u32) -> Result<(), StoreError> {
        with(|host| {
            let expires_at = host.clock.now_ms() + i64::from(ttl_seconds) * 1000;
            let entry = CacheEntry { value: value.into(), expires_at };
            host.key_value.as_mut().map(|store| store.insert(key.into(), entry));
        })
    }

    pub(crate) fn remove(key: &str) -> Result<(), StoreError> {
        with(|host| drop(host.key_value.as_mut().map(|store| store.remove(key))))
    }

    /// Asks a host that grants the cache.
    fn with<T>(ask: impl FnOnce(&mut FakeHost) -> T) -> Result<T, StoreError> {
        fake::with(|host| host.key_value.is_some().then(|| ask(host))).ok_or(StoreError::NotGranted)
    }
}
