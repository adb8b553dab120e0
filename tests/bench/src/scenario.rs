//! Scenarios: what a host with many plugins, large answers or busy guests costs.
//!
//! Each has a module with its measures, and one function that launches what it needs and measures once.

mod copied;
mod fan_out;
mod futexes;
mod growth;
mod in_turn;
mod items;
mod one_connection;
mod spinning;
mod turns;

pub(crate) use self::turns::run;

use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

use crate::artifacts::Artifacts;
use crate::figures::{Figures, Launches, Spread};
use crate::interval::{Interval, Spent};
use crate::load::{self, Question};
use crate::run::WARM_UP;
use crate::schedule::Load;
use crate::server::Server;

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scenario {
    /// 200 plugins, called in turn.
    InTurn,
    /// Answers merged from 50 plugins.
    FanOut,
    /// Answers with few and with many items.
    Items,
    /// One connection, so that threads sleep between requests.
    OneConnection,
    /// A thousand plugins: their memory and the start.
    Growth,
    /// Guests that spin beside others.
    Spinning,
}

/// A figure of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Measure {
    /// Its name, with the unit.
    pub(crate) name: &'static str,
    /// The digits after the point in the report.
    #[serde(skip)]
    pub(crate) decimals: usize,
    /// The most that it should be.
    pub(crate) goal: Option<f64>,
}

impl Measure {
    const fn new(name: &'static str, decimals: usize) -> Self {
        Self { name, decimals, goal: None }
    }

    const fn at_most(self, goal: f64) -> Self {
        Self { goal: Some(goal), ..self }
    }
}

/// Result of a launch.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The values of the scenario's measures, in their order. What this machine cannot measure has none.
    pub(crate) values: Vec<Option<f64>>,
    /// Cores that other processes kept busy in the worst part of it.
    pub(crate) others: f64,
}

/// The launches of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct ScenarioRow {
    pub(crate) scenario: Scenario,
    pub(crate) launches: Launches<Vec<Option<f64>>>,
}

impl ScenarioRow {
    /// Returns the spread of a measure, by its place.
    pub(crate) fn spread(&self, measure: usize) -> Option<Spread> {
        Spread::of(self.launches.shown().iter().filter_map(|values| values[measure]))
    }
}

/// The programs and the extent of measurements.
pub(crate) struct Bench<'a> {
    pub(crate) artifacts: &'a Artifacts,
    pub(crate) backend: &'a Server,
    /// Connections of a saturating load.
    pub(crate) connections: usize,
    /// Time of each measurement.
    pub(crate) time: Duration,
}

/// Cores that other processes kept busy in the worst of several intervals.
#[derive(Default)]
struct Others(f64);

impl Others {
    fn note(&mut self, spent: Spent) -> Spent {
        self.0 = self.0.max(spent.others);
        spent
    }

    fn outcome<const COUNT: usize>(self, values: [Option<f64>; COUNT]) -> Outcome {
        Outcome { values: values.to_vec(), others: self.0 }
    }
}

impl Bench<'_> {
    /// Asks for a while, so that the server knows its plugins and has its memory.
    fn warm_up(&self, questions: &[Question], connections: usize) -> Result<(), String> {
        load::put(questions, Load::Saturating, connections, WARM_UP).map(drop)
    }

    /// Measures a saturating load of questions that are asked in turn.
    fn saturate(
        &self,
        server: &Server,
        questions: &[Question],
        connections: usize,
        others: &mut Others,
    ) -> Result<Figures, String> {
        let helpers = [self.backend.pid()];
        let interval = Interval::begin(server.pid(), &helpers);
        let answered = load::put(questions, Load::Saturating, connections, self.time)?;
        Ok(Figures::of(&answered, others.note(interval.end())))
    }
}

impl Scenario {
    /// All, in the order of the report.
    pub(crate) const ALL: [Self; 6] =
        [Self::InTurn, Self::FanOut, Self::Items, Self::OneConnection, Self::Growth, Self::Spinning];

    /// Those that take little time even if nothing is in the host's cache.
    pub(crate) const QUICK: [Self; 5] = [Self::InTurn, Self::FanOut, Self::Items, Self::OneConnection, Self::Spinning];

    /// Returns the title in the report.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::InTurn => "200 plugins in turn",
            Self::FanOut => "50 plugins in one answer",
            Self::Items => "Items of an answer",
            Self::OneConnection => "One connection",
            Self::Growth => "1,000 plugins",
            Self::Spinning => "4 spinning guests",
        }
    }

    /// Returns what is measured.
    pub(crate) const fn measures(self) -> &'static [Measure] {
        match self {
            Self::InTurn => &in_turn::MEASURES,
            Self::FanOut => &fan_out::MEASURES,
            Self::Items => &items::MEASURES,
            Self::OneConnection => &one_connection::MEASURES,
            Self::Growth => &growth::MEASURES,
            Self::Spinning => &spinning::MEASURES,
        }
    }

    /// Launches what it needs, and measures once.
    ///
    /// # Errors
    ///
    /// Fails if a server does not start, or does not give the expected answers.
    pub(crate) fn launch(self, bench: &Bench<'_>) -> Result<Outcome, String> {
        match self {
            Self::InTurn => in_turn::launch(bench),
            Self::FanOut => fan_out::launch(bench),
            Self::Items => items::launch(bench),
            Self::OneConnection => one_connection::launch(bench),
            Self::Growth => growth::launch(bench),
            Self::Spinning => spinning::launch(bench),
        }
    }
}
