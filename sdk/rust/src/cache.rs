//! A cache of JSON values in the host's key-value store.

use std::fmt::Display;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::key_value::{self, StoreError};
use crate::{CallContext, Failure, Timestamp, log};

/// A cache that answers from fresh values, and from stale ones while a backend does not answer.
///
/// It needs the grant `key-value`. A store that does not serve costs no answer: values are fetched.
///
/// ```
/// use std::time::Duration;
/// use insight_sdk::{Api, Cache, CallContext, Failure};
///
/// fn visits(context: &CallContext, account: &str) -> Result<Vec<String>, Failure> {
///     let api = Api::from_config(context, "backend")?;
///     let cache = Cache::new(context, "visits").fresh(Duration::from_secs(60)).stale(Duration::from_secs(3600));
///     cache.get_or_fetch(account, || api.get("/v1/visits").query("account", account).json())
/// }
/// #
/// # let host = insight_sdk::testing::FakeHost::new()
/// #     .config("backend", "https://hub.contoso.example")
/// #     .response("https://hub.contoso.example/v1/visits?account=42", 200, r#"["Linz"]"#)
/// #     .key_value()
/// #     .install();
/// # visits(&insight_sdk::testing::context(), "42")?;
/// # assert_eq!(visits(&insight_sdk::testing::context(), "42")?, ["Linz"]);
/// # assert_eq!(host.sent().len(), 1);
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cache {
    name: String,
    now: Timestamp,
    fresh: Duration,
    stale: Duration,
}

impl Cache {
    /// Creates a cache whose name begins its keys. Until [`fresh`](Self::fresh) and [`stale`](Self::stale) say otherwise,
    /// values are fresh for a minute and not used after that.
    ///
    /// # Panics
    ///
    /// Panics if a test has put another text than an instant into the context.
    #[must_use]
    pub fn new(context: &CallContext, name: impl Into<String>) -> Self {
        Self { name: name.into(), now: context.now(), fresh: Duration::from_secs(60), stale: Duration::ZERO }
    }

    /// Sets the age up to which a value is used without a look at the backend.
    #[must_use]
    pub fn fresh(self, age: Duration) -> Self {
        Self { fresh: age, ..self }
    }

    /// Sets the age up to which a value is used when fetching fails as [`Failure::Unavailable`] or
    /// [`Failure::Throttled`].
    #[must_use]
    pub fn stale(self, age: Duration) -> Self {
        Self { stale: age, ..self }
    }

    /// Returns the value of a key: a fresh one from the store, else the one that `fetch` returns, which is stored.
    ///
    /// # Errors
    ///
    /// Fails if fetching fails and there is no stale value, or if the failure is another than that of a backend which is
    /// down or busy.
    pub fn get_or_fetch<T: Serialize + DeserializeOwned>(
        &self,
        key: impl Display,
        fetch: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.get_or_fetch_all(&[key], |_| vec![fetch()]).pop().expect("one key has one value")
    }

    /// Returns the values of several keys, in their order. Those that are not fresh are fetched at once: `fetch` gets their
    /// keys, and returns as many results.
    pub fn get_or_fetch_all<K: Display, T: Serialize + DeserializeOwned>(
        &self,
        keys: &[K],
        fetch: impl FnOnce(&[&K]) -> Vec<Result<T, Failure>>,
    ) -> Vec<Result<T, Failure>> {
        let mut store = Store { cache: &self.name, serves: true };
        let stored: Vec<Option<Stored<T>>> = keys.iter().map(|key| store.get(&self.key(key))).collect();
        let is_fresh = |stored: &Stored<T>| self.now < stored.at + self.fresh;
        let are_due = keys.iter().zip(&stored).filter(|(_, stored)| !stored.as_ref().is_some_and(is_fresh));
        let due: Vec<&K> = are_due.map(|(key, _)| key).collect();

        let mut fetched = if due.is_empty() { Vec::new() } else { fetch(&due) }.into_iter();
        let missing = || Err(Failure::Failed("fewer values were fetched than there are keys".into()));
        let value = |(key, stored): (&K, Option<Stored<T>>)| match stored {
            Some(stored) if is_fresh(&stored) => Ok(stored.value),
            stored => match fetched.next().unwrap_or_else(missing) {
                Ok(value) => {
                    // A value of just that age is served still.
                    let time_to_live = self.stale.max(self.fresh) + Duration::from_secs(1);
                    store.set(&self.key(key), self.now, &value, time_to_live);
                    Ok(value)
                }
                Err(failure) => self.stale_value(stored, failure),
            },
        };
        keys.iter().zip(stored).map(value).collect()
    }

    /// Returns a stored value in place of a failure of the backend, if it is young enough.
    fn stale_value<T>(&self, stored: Option<Stored<T>>, failure: Failure) -> Result<T, Failure> {
        let is_of_backend = matches!(failure, Failure::Unavailable(_) | Failure::Throttled(_));
        match stored.filter(|stored| is_of_backend && self.now <= stored.at + self.stale) {
            Some(stored) => {
                let failure = format!("{failure:?}");
                log::warn!("a stored value stands in for the backend", cache = self.name, failure = failure);
                Ok(stored.value)
            }
            None => Err(failure),
        }
    }

    fn key(&self, key: &impl Display) -> String {
        format!("{}/{key}", self.name)
    }
}

/// A value of the store, and when it was fetched. In the store they are a list of both.
struct Stored<T> {
    at: Timestamp,
    value: T,
}

/// The host's store, as far as it serves in this call.
struct Store<'a> {
    /// The name of the cache. Log entries name it and no key, which may be a seller's words.
    cache: &'a str,
    serves: bool,
}

impl Store<'_> {
    /// Reads a value. One that another version of the plugin wrote in another form is none.
    fn get<T: DeserializeOwned>(&mut self, key: &str) -> Option<Stored<T>> {
        let text = self.serves.then(|| key_value::get(key))?.map_err(|error| self.fails(&error)).ok()??;
        match serde_json::from_str(&text) {
            Ok((at, value)) => Some(Stored { at, value }),
            Err(_) => {
                log::debug!("a stored value is of another form", cache = self.cache);
                None
            }
        }
    }

    fn set(&mut self, key: &str, at: Timestamp, value: &impl Serialize, time_to_live: Duration) {
        let Ok(text) = serde_json::to_string(&(at, value)) else { return };
        if let Some(Err(error)) = self.serves.then(|| key_value::set(key, &text, time_to_live)) {
            self.fails(&error);
        }
    }

    /// Goes on without the store, and says so once.
    fn fails(&mut self, error: &StoreError) {
        self.serves = false;
        log::debug!("the cache does not serve", cache = self.cache, error = format!("{error:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Level;
    use crate::testing::{self, FakeHost, InstalledHost};

    const HOUR: Duration = Duration::from_secs(3600);

    fn value(fetched: Result<u32, Failure>) -> Result<u32, Failure> {
        let cache = Cache::new(&testing::context(), "visits").fresh(Duration::from_secs(60)).stale(HOUR);
        cache.get_or_fetch(42, || fetched)
    }

    fn down() -> Result<u32, Failure> {
        Err(Failure::Unavailable("down".into()))
    }

    /// A host with a cache that has a value of so many seconds ago.
    fn after(seconds: u64) -> InstalledHost {
        let host = FakeHost::new().key_value().install();
        assert_eq!(value(Ok(1)), Ok(1));
        host.advance(Duration::from_secs(seconds));
        host
    }

    #[test]
    fn a_fresh_value_is_not_fetched() {
        let _host = after(59);

        assert_eq!(value(Ok(2)), Ok(1));
    }

    #[test]
    fn an_older_one_is_fetched_and_stored() {
        let host = after(60);

        assert_eq!(value(Ok(2)), Ok(2));
        host.advance(Duration::from_secs(59));
        assert_eq!(value(Ok(3)), Ok(2));
    }

    #[test]
    fn a_stale_value_stands_in_for_a_backend_that_is_down_or_busy() {
        let host = after(3600);

        assert_eq!(value(down()), Ok(1));
        assert_eq!(value(Err(Failure::Throttled(None))), Ok(1));
        assert_eq!(host.logged()[0].level, Level::Warn);
        host.advance(Duration::from_secs(1));
        assert_eq!(value(down()), down());
    }

    #[test]
    fn any_other_failure_is_one() {
        let _host = after(60);

        assert_eq!(value(Err(Failure::RecordNotFound)), Err(Failure::RecordNotFound));
    }

    #[test]
    fn a_store_that_does_not_serve_is_logged_once_and_costs_nothing() {
        let host = FakeHost::new().install();

        assert_eq!((value(Ok(1)), value(Ok(2))), (Ok(1), Ok(2)));
        let levels: Vec<Level> = host.logged().iter().map(|entry| entry.level).collect();
        assert_eq!(levels, [Level::Debug, Level::Debug], "once for each call");
    }

    #[test]
    fn the_log_names_the_cache_and_no_key() {
        let host = FakeHost::new().key_value().install();
        key_value::set("visits/42", "malformed", HOUR).expect("it is granted");
        assert_eq!(value(Ok(1)), Ok(1));
        host.advance(HOUR);
        assert_eq!(value(down()), Ok(1));
        let mut logged = host.logged();
        drop(host);
        let host = FakeHost::new().install();
        assert_eq!(value(Ok(1)), Ok(1));
        logged.extend(host.logged());

        assert_eq!(logged.len(), 3);
        for entry in logged {
            assert_eq!(entry.fields[0], ("cache", "visits").into());
            assert!(entry.fields.iter().all(|field| !field.value.contains("42")), "{entry:?}");
        }
    }

    #[test]
    fn a_stored_value_of_another_form_is_replaced() {
        let _host = FakeHost::new().key_value().install();
        for text in ["", "7", r#"["2026-06-01T08:00:00Z","text"]"#, r#"["today",7]"#] {
            key_value::set("visits/42", text, HOUR).expect("it is granted");

            assert_eq!((value(Ok(1)), value(down())), (Ok(1), Ok(1)), "{text}");
        }
    }

    #[test]
    fn of_several_keys_those_that_are_due_are_fetched_at_once() {
        let _host = FakeHost::new().key_value().install();
        let cache = Cache::new(&testing::context(), "visits");
        cache.get_or_fetch("b", || Ok(2)).expect("it is fetched");

        let values = cache.get_or_fetch_all(&["a", "b", "c"], |due| {
            assert_eq!(due, [&"a", &"c"]);
            vec![Ok(1), down()]
        });

        assert_eq!(values, [Ok(1), Ok(2), down()]);
    }
}
