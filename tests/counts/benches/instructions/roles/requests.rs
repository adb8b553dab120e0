//! The requests that are counted.

/// A key of a caller.
pub(crate) const KEY: &str = "ihk_0000000000000000000000000000000000000000000000000000000000000000";

/// The operator's settings: one call at a time, patience with the emulated linker, and the digest of the key.
pub(crate) const SETTINGS: &str = "\
[runtime]
calls-at-once = 1
threads = 1

[load]
start-wait = \"120s\"

[auth.api-keys.counted]
sha256 = \"a5cf2d22ade10a05588d1d49e7c59582639ce51e3c871e08c1069fedfa951cce\"
";

/// A request to the sample plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountedRequest {
    /// Its name in the baseline.
    pub(crate) name: &'static str,
    query: &'static str,
    /// The status of its answer.
    pub(crate) status: &'static str,
    /// A part of its answer.
    pub(crate) part: &'static str,
}

/// An answer with three insights: the whole path.
pub(crate) const INSIGHTS: CountedRequest = CountedRequest {
    name: "three insights",
    query: "recordType=account&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02&top=3",
    status: "200",
    part: "\"title\"",
};

/// An answer without insights: what a call costs whose plugin has nothing to say.
const NOTHING: CountedRequest = CountedRequest {
    name: "no insight",
    query: "recordType=nothing-of-the-kind&recordId=1&top=3",
    status: "200",
    part: "\"value\":[]",
};

/// The plugin's refusal to answer for another organisation's CRM.
const REFUSAL: CountedRequest = CountedRequest {
    name: "refusal by the plugin",
    query: "recordType=account&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02&top=3\
            &crmType=Dynamics+365&crmOrgUrl=https://fabrikam.crm.dynamics.com",
    status: "400",
    part: "errorCode",
};

/// All of them.
pub(crate) const ALL: [CountedRequest; 3] = [INSIGHTS, NOTHING, REFUSAL];

impl CountedRequest {
    /// Returns the bytes of the request, as a gateway would send them.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let fields =
            "host: insights.contoso.example\r\naccept: application/json\r\naccept-language: en-US,en;q=0.9\r\n";
        let ids = "x-ms-client-request-id: 3f0c7a4e-0000-4000-8000-000000000000\r\nx-ms-user-agent: counted\r\n";
        let query = self.query;
        format!("GET /api/record-summary?{query} HTTP/1.1\r\n{fields}{ids}x-api-key: {KEY}\r\n\r\n").into_bytes()
    }
}
