//! A host of many plugins: copies of the sample that answers with literal insights.

use std::time::{Duration, Instant};

use super::Bench;
use crate::copies;
use crate::host::Setup;
use crate::load::Question;
use crate::server::Server;
use crate::workload::Workload;

/// The time in which a thousand plugins are compiled, if the cache has none of them.
const COMPILED: Duration = Duration::from_secs(600);

/// A host whose plugins have all answered.
pub(super) struct Copied {
    pub(super) server: Server,
    /// Time from the start of its process to an answer of the last plugin.
    pub(super) start: Duration,
    /// A question to each.
    pub(super) questions: Vec<Question>,
}

impl Copied {
    /// Starts a host of so many plugins, and waits for an answer of the last.
    ///
    /// # Errors
    ///
    /// Fails if a plugin does not answer as the sample does.
    pub(super) fn start(bench: &Bench<'_>, count: usize) -> Result<Self, String> {
        let artifacts = bench.artifacts;
        let component = artifacts.plugins.join("contoso-hub.wasm");
        let plugins = copies::write(&component, &artifacts.scratch, count)?;
        let (target, expected) = (Workload::Literal.target(), Workload::Literal.expected()?);
        let begun = Instant::now();
        let mut server = Server::start_host(&Setup { plugins, settings: String::new() }, artifacts)?;
        let question = |number| server.question(target.replace("contoso-hub", &copies::name(number)), &expected);
        let questions: Vec<Question> = (0..count).map(question).collect();
        if let Some(last) = questions.last() {
            server.wait_for(last, COMPILED)?;
        }
        Ok(Self { server, start: begun.elapsed(), questions })
    }

    /// Waits until each has answered.
    ///
    /// # Errors
    ///
    /// Fails if a plugin does not answer as the sample does.
    pub(super) fn wait_for_each(&mut self) -> Result<(), String> {
        self.questions.iter().try_for_each(|question| self.server.wait_for(question, COMPILED))
    }
}
