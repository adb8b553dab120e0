//! A client for a backend that speaks JSON.

mod path;
mod reply;
mod request;
mod retry;

use serde::de::DeserializeOwned;

use crate::deadline::Deadline;
use crate::http_client::{Header, HttpResponse};
use crate::{CallContext, Failure, config};
use reply::Endpoint;

pub use request::ApiRequest;

/// A backend, with what all requests to it have in common.
///
/// Statuses become failures: 404 [`RecordNotFound`](Failure::RecordNotFound), 403 [`NotPermitted`](Failure::NotPermitted),
/// 429 [`Throttled`](Failure::Throttled), 408 and 5xx [`Unavailable`](Failure::Unavailable), any other but 2xx
/// [`Failed`](Failure::Failed). So do errors of the host: a backend that is down or late is `Unavailable`.
///
/// No request outlives the call. `GET`, `HEAD`, `PUT` and `DELETE` are sent once more if there is no connection, no
/// response in two thirds of the time that is left, or a status of 502, 503 or 504 without `Retry-After`.
///
/// ```
/// use insight_sdk::{Api, CallContext, Failure};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Visit {
///     city: String,
/// }
///
/// fn visits(context: &CallContext, account: &str) -> Result<Vec<Visit>, Failure> {
///     let api = Api::from_config(context, "backend")?.bearer("hub-token");
///     api.get("/v1/accounts").segment(account).segment("visits").query("limit", 10).json()
/// }
/// #
/// # let url = "https://hub.contoso.example/v1/accounts/4%2F2/visits?limit=10";
/// # let host = insight_sdk::testing::FakeHost::new()
/// #     .config("backend", "https://hub.contoso.example")
/// #     .response(url, 200, r#"[{"city": "Linz"}]"#)
/// #     .install();
/// # assert_eq!(visits(&insight_sdk::testing::context(), "4/2")?[0].city, "Linz");
/// # assert_eq!(host.sent()[0].headers[1].value, "Bearer {{secret:hub-token}}");
/// # Ok::<(), Failure>(())
/// ```
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    headers: Vec<Header>,
    per_user_sign_in: bool,
    deadline: Deadline,
}

impl Api {
    /// Creates a client from the URL before all paths, such as `https://hub.contoso.example`.
    #[must_use]
    pub fn new(context: &CallContext, base: &str) -> Self {
        let base = base.trim_end_matches('/').into();
        let accept = Header { name: "accept".into(), value: "application/json".into() };
        Self { base, headers: vec![accept], per_user_sign_in: false, deadline: Deadline::of(context) }
    }

    /// Creates a client from a URL in the `[config]` table of the plugin's settings.
    ///
    /// # Errors
    ///
    /// Fails if the table has no such value, and names its key.
    pub fn from_config(context: &CallContext, key: &str) -> Result<Self, Failure> {
        match config::get(key) {
            Some(base) => Ok(Self::new(context, &base)),
            None => Err(Failure::Failed(format!("the settings have no value `{key}` in [config]"))),
        }
    }

    /// Adds a header to all requests. `{{secret:NAME}}` in its value stands for a secret.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(Header { name: name.into(), value: value.into() });
        self
    }

    /// Adds a header that holds a secret, which the host inserts as it sends a request.
    #[must_use]
    pub fn secret_header(self, name: impl Into<String>, secret: &str) -> Self {
        self.header(name, format!("{{{{secret:{secret}}}}}"))
    }

    /// Adds a secret as the bearer token of all requests.
    #[must_use]
    pub fn bearer(self, secret: &str) -> Self {
        self.header("authorization", format!("Bearer {{{{secret:{secret}}}}}"))
    }

    /// Takes status 401 to mean that the seller has to sign in, rather than that the plugin's credentials are wrong.
    #[must_use]
    pub fn per_user_sign_in(self) -> Self {
        Self { per_user_sign_in: true, ..self }
    }

    /// Begins a `GET` request for a path, which is sent as it is; [`ApiRequest::segment`] encodes further parts of it.
    ///
    /// A request whose path has a query, a fragment, whitespace, a backslash or a part `.` or `..` is not sent: it
    /// fails with [`Failure::InvalidRequest`].
    pub fn get(&self, path: &str) -> ApiRequest<'_> {
        self.request("GET", path)
    }

    /// Begins a `POST` request.
    pub fn post(&self, path: &str) -> ApiRequest<'_> {
        self.request("POST", path)
    }

    /// Begins a `PUT` request.
    pub fn put(&self, path: &str) -> ApiRequest<'_> {
        self.request("PUT", path)
    }

    /// Begins a `PATCH` request.
    pub fn patch(&self, path: &str) -> ApiRequest<'_> {
        self.request("PATCH", path)
    }

    /// Begins a `DELETE` request.
    pub fn delete(&self, path: &str) -> ApiRequest<'_> {
        self.request("DELETE", path)
    }

    /// Begins a request of any method, given in upper case.
    pub fn request(&self, method: &str, path: &str) -> ApiRequest<'_> {
        ApiRequest::new(self, method, path)
    }

    /// Sends requests side by side, waits for all, and reads their JSON, in the same order.
    ///
    /// They may be of several clients.
    ///
    /// ```
    /// # use insight_sdk::{Api, testing};
    /// # let _host = testing::FakeHost::new().response("https://hub.contoso.example/v1/notes", 200, "[1, 2]").install();
    /// let api = Api::new(&testing::context(), "https://hub.contoso.example");
    ///
    /// let lists = api.all::<Vec<u32>>([api.get("/v1/notes"), api.get("/v1/tasks")]);
    ///
    /// assert_eq!(lists[0], Ok(vec![1, 2]));
    /// assert!(lists[1].is_err());
    /// ```
    pub fn all<'a, T: DeserializeOwned>(
        &self,
        requests: impl IntoIterator<Item = ApiRequest<'a>>,
    ) -> Vec<Result<T, Failure>> {
        let exchanges = self.exchange(requests.into_iter().collect());
        exchanges.into_iter().map(|(endpoint, response)| endpoint.json(&response?)).collect()
    }

    /// Sends requests, and checks the statuses of their responses.
    fn exchange(&self, requests: Vec<ApiRequest<'_>>) -> Vec<(Endpoint, Result<HttpResponse, Failure>)> {
        let (mut to_send, mut exchanges) = (Vec::new(), Vec::new());
        for (endpoint, request) in requests.into_iter().map(ApiRequest::finish) {
            exchanges.push((endpoint, request.map(|request| to_send.push(request))));
        }
        let mut outcomes = retry::send_all(&mut to_send, self.deadline).into_iter();
        let checked = |(endpoint, sent): (Endpoint, Result<(), Failure>)| {
            let response =
                sent.and_then(|()| endpoint.successful(outcomes.next().expect("each request has an outcome")));
            (endpoint, response)
        };
        exchanges.into_iter().map(checked).collect()
    }
}

#[cfg(test)]
mod tests;
