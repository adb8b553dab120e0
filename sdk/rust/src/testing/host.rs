//! The host's interfaces in native builds, with the signatures that `wit-bindgen` generates, answered by the fake host.

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
    use crate::http_client::{HttpError, HttpRequest, HttpResponse};
    use crate::testing::fake;

    pub(crate) fn send(request: &HttpRequest) -> Result<HttpResponse, HttpError> {
        fake::with(|host| {
            host.sent.push(request.clone());
            let outcome = host.responses.get(&request.url).cloned();
            outcome.unwrap_or_else(|| Err(HttpError::NotGranted(request.url.clone())))
        })
    }

    pub(crate) fn send_all(requests: &[HttpRequest]) -> Vec<Result<HttpResponse, HttpError>> {
        requests.iter().map(send).collect()
    }
}

/// See [`crate::key_value`].
pub(crate) mod key_value {
    use std::collections::HashMap;

    use crate::key_value::StoreError;
    use crate::testing::fake;

    pub(crate) fn get(key: &str) -> Result<Option<String>, StoreError> {
        with(|store| store.get(key).cloned())
    }

    pub(crate) fn set(key: &str, value: &str, _ttl_seconds: u32) -> Result<(), StoreError> {
        with(|store| drop(store.insert(key.into(), value.into())))
    }

    pub(crate) fn remove(key: &str) -> Result<(), StoreError> {
        with(|store| drop(store.remove(key)))
    }

    fn with<T>(ask: impl FnOnce(&mut HashMap<String, String>) -> T) -> Result<T, StoreError> {
        fake::with(|host| host.key_value.as_mut().map(ask)).ok_or(StoreError::NotGranted)
    }
}
