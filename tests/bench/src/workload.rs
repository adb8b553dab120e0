//! The workloads: what is asked, and what the answer is.

use clap::ValueEnum;
use serde::Serialize;

use insight_bench_work::path;

use crate::entries;

/// A workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Workload {
    /// Three insights that the code holds as constants.
    Literal,
    /// Three insights of 60, out of 25 KB of JSON that the code parses.
    Json,
    /// Three insights out of a backend's answer, which is fetched by HTTP.
    Backend,
}

impl Workload {
    /// All, in the order of the report.
    pub(crate) const ALL: [Self; 3] = [Self::Literal, Self::Json, Self::Backend];

    /// Returns the title in the report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Literal => "Literal insights",
            Self::Json => "Insights picked from 25 KB of JSON",
            Self::Backend => "Insights of a backend",
        }
    }

    /// Returns path and query of the question.
    pub(crate) fn target(self) -> String {
        self.target_of(3)
    }

    /// Returns path and query of a question for at most so many insights.
    pub(crate) fn target_of(self, top: u32) -> String {
        let (path, record) = match self {
            Self::Literal => (path::LITERAL, "8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02"),
            Self::Json => (path::JSON, "5b2e6f10-0000-4000-8000-000000000013"),
            Self::Backend => (path::BACKEND, "5b2e6f10-0000-4000-8000-000000000013"),
        };
        format!("{path}?recordType=account&recordId={record}&top={top}")
    }

    /// Returns the answer's body, as the same code gives it without any server.
    ///
    /// # Errors
    ///
    /// Fails if the code knows no answer.
    pub(crate) fn expected(self) -> Result<Vec<u8>, String> {
        self.expected_of(3)
    }

    /// Returns the body of an answer with at most so many insights.
    ///
    /// # Errors
    ///
    /// Fails if the code knows no answer.
    pub(crate) fn expected_of(self, top: u32) -> Result<Vec<u8>, String> {
        let target = self.target_of(top);
        let query = target.split_once('?').map_or("", |(_path, query)| query);
        match self {
            Self::Literal => insight_bench_work::literal(query),
            Self::Json => Ok(insight_bench_work::json(query)),
            Self::Backend => insight_bench_work::backend(query, &entries::body()),
        }
        .map_err(|failure| format!("{failure:?}"))
    }

    /// Returns the constant rates: a low one, and one of about a quarter of what the host can do.
    pub(crate) const fn rates(self) -> [u32; 2] {
        match self {
            Self::Literal => [1_000, 8_000],
            Self::Json => [1_000, 4_000],
            Self::Backend => [500, 2_000],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_three_insights() {
        for workload in Workload::ALL {
            let body = workload.expected().expect("the record is known");
            let answer: serde_json::Value = serde_json::from_slice(&body).expect("it is JSON");
            assert_eq!(answer["value"].as_array().map(Vec::len), Some(3), "{workload:?}");
        }
    }
}
