//! Folding of equal warnings: the first is written, and one line a second tells how many followed.
//!
//! A fault that each request meets would write the same line for each, and bury all others. Lines are equal if they
//! come from the same place in the source with the same texts. Numbers, such as times, may differ, and so may the
//! request, whose activity id the later line has. Lines of guests have limits of their own, and audit events are never
//! folded.

mod line;

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber, error, warn};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use self::line::{activity_of, text_of};
use super::audit;
use super::log::{GUEST, REQUEST};

/// The time for which lines equal to one are folded.
const WINDOW: Duration = Duration::from_secs(1);

/// Different lines that are remembered. Lines beyond these are written as they come.
const LINES: usize = 256;

/// Most bytes of a line that are told again.
const LONGEST: usize = 512;

/// Activity ids that a line about folded ones names.
const ACTIVITIES: usize = 16;

/// The target of the lines about folded ones, which are not folded.
const FOLDED: &str = "insight_host::folded";

/// The warnings of the last second.
#[derive(Default)]
pub(super) struct Folding {
    lines: Mutex<HashMap<u64, Fold, RandomState>>,
    hasher: RandomState,
}

/// A line that was written, and those equal to it that were not.
struct Fold {
    /// The time at which it was written, or its repetitions were told.
    since: Instant,
    level: Level,
    text: String,
    times: u64,
    activities: Vec<Arc<str>>,
}

impl Folding {
    /// Returns whether a line is to be written. Otherwise counts it.
    fn admits(
        &self,
        level: Level,
        mut text: String,
        activity: impl FnOnce() -> Option<Arc<str>>,
        now: Instant,
    ) -> bool {
        let key = self.hasher.hash_one(&text);
        let mut lines = self.lines();
        let is_full = lines.len() >= LINES;
        match lines.entry(key) {
            Entry::Occupied(mut fold) => {
                let fold = fold.get_mut();
                fold.times += 1;
                if fold.activities.len() < ACTIVITIES {
                    fold.activities.extend(activity().filter(|activity| !fold.activities.contains(activity)));
                }
                false
            }
            Entry::Vacant(place) => {
                if !is_full {
                    text.truncate(text.floor_char_boundary(LONGEST));
                    place.insert(Fold { since: now, level, text, times: 0, activities: Vec::new() });
                }
                true
            }
        }
    }

    /// Logs how often lines were folded that are older than a second, and forgets those that were not repeated.
    pub(super) fn tell(&self) {
        self.due(Instant::now(), WINDOW).into_iter().for_each(Fold::tell);
    }

    /// Logs how often all lines were folded.
    pub(super) fn end(&self) {
        self.due(Instant::now(), Duration::ZERO).into_iter().for_each(Fold::tell);
    }

    fn due(&self, now: Instant, window: Duration) -> Vec<Fold> {
        let mut due = Vec::new();
        self.lines().retain(|_, fold| {
            if now.saturating_duration_since(fold.since) < window {
                return true;
            }
            let is_repeated = fold.times > 0;
            if is_repeated {
                let activities = std::mem::take(&mut fold.activities);
                due.push(Fold { text: fold.text.clone(), activities, ..*fold });
                (fold.since, fold.times) = (now, 0);
            }
            is_repeated
        });
        due
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<u64, Fold>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fold {
    fn tell(self) {
        let Self { text: line, times, .. } = self;
        let activities = self.activities.join(" ");
        match self.level {
            Level::ERROR => error!(target: FOLDED, line, times, activities, "the same line was left out several times"),
            _ => warn!(target: FOLDED, line, times, activities, "the same line was left out several times"),
        }
    }
}

/// Returns whether equal lines of this place are folded.
fn is_folded(place: &Metadata<'_>) -> bool {
    place.is_event() && *place.level() <= Level::WARN && ![GUEST, audit::TARGET, FOLDED].contains(&place.target())
}

/// The filter of the log that folds its lines.
pub(super) struct FoldFilter(pub(super) Arc<Folding>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Filter<S> for FoldFilter {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    /// Lines that are never folded are not asked about. Others must not be `always`: the library asserts that a filter
    /// that refuses an event by its fields was asked about its place before.
    fn callsite_enabled(&self, place: &'static Metadata<'static>) -> Interest {
        if is_folded(place) { Interest::sometimes() } else { Interest::always() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn event_enabled(&self, event: &Event<'_>, context: &Context<'_, S>) -> bool {
        if !is_folded(event.metadata()) {
            return true;
        }
        let activity = || context.event_span(event)?.extensions().get::<Activity>().map(|id| Arc::clone(&id.0));
        self.0.admits(*event.metadata().level(), text_of(event), activity, Instant::now())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().target() != REQUEST {
            return;
        }
        if let Some((span, activity)) = context.span(id).zip(activity_of(attributes)) {
            span.extensions_mut().insert(Activity(activity.into()));
        }
    }
}

/// The activity id of a request's span.
struct Activity(Arc<str>);

#[cfg(test)]
mod tests;
