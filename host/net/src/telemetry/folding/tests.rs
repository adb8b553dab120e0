use std::io::{self, Write};

use tracing::{error_span, info};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, fmt};

use super::*;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nothing panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Returns the lines that are written of those that `acts` logs, and of those that tell about the others.
fn written(acts: impl FnOnce(&Folding)) -> Vec<String> {
    let (written, folding) = (Written::default(), Arc::new(Folding::default()));
    let layer = fmt::layer().with_writer(written.clone()).with_ansi(false).without_time();
    let layer = layer.with_filter(FoldFilter(Arc::clone(&folding)));
    tracing::subscriber::with_default(Registry::default().with(layer), || {
        acts(&folding);
        folding.end();
    });
    let bytes = written.0.lock().expect("nothing panics").clone();
    String::from_utf8(bytes).expect("it is text").lines().map(str::to_owned).collect()
}

#[test]
fn forty_equal_warnings_become_one_and_a_count() {
    let lines = written(|_| (0..40_u32).for_each(|took_ms| warn!(plugin = %"hub", took_ms, "provider failed")));

    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("provider failed") && lines[0].contains("took_ms=0"), "{lines:?}");
    assert!(lines[1].contains("WARN") && lines[1].contains("times=39") && lines[1].contains("plugin=hub"), "{lines:?}");
}

#[test]
fn a_count_names_the_requests() {
    let lines = written(|_| {
        for id in ["first", "second", "third", "third"] {
            let span = error_span!(target: REQUEST, "request", activity_id = %id);
            span.in_scope(|| error!("the disk is full"));
        }
    });

    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("activity_id=first") && lines[0].contains("the disk is full"), "{lines:?}");
    assert!(lines[1].contains("ERROR") && lines[1].contains("activities=\"second third\""), "{lines:?}");
}

#[test]
fn lines_with_other_texts_are_written() {
    let lines = written(|_| {
        ["hub", "notes"].into_iter().for_each(|plugin| warn!(%plugin, "provider failed"));
        [true, false].into_iter().for_each(|has_keys| warn!(has_keys, "no keys"));
        warn!(plugin = %"hub", "provider failed");
    });

    assert_eq!(lines.len(), 5, "the last comes from another place: {lines:?}");
}

#[test]
fn audit_events_lines_of_guests_and_information_are_never_folded() {
    let lines = written(|_| {
        for _ in 0..3 {
            warn!(target: audit::TARGET, event = "admin-refused", "admin request rejected");
            warn!(target: GUEST, "a guest's words");
            info!("plugin loaded");
        }
    });

    assert_eq!(lines.len(), 9, "{lines:?}");
}

#[test]
fn a_line_is_written_again_once_it_was_not_repeated_for_a_second() {
    let folding = Folding::default();
    let begun = Instant::now();
    let admits = |at| folding.admits(Level::WARN, "the disk is full".to_owned(), || None, at);
    let counts = |at| folding.due(at, WINDOW).iter().map(|fold| fold.times).collect::<Vec<_>>();

    assert!(admits(begun));
    assert!(!admits(begun) && !admits(begun));
    assert_eq!(counts(begun), [0; 0], "not before the second has passed");
    assert_eq!(counts(begun + WINDOW), [2]);
    assert!(!admits(begun + WINDOW), "a storm that goes on stays one count a second");
    assert_eq!(counts(begun + 2 * WINDOW), [1]);
    assert_eq!(counts(begun + 3 * WINDOW), [0; 0]);
    assert!(admits(begun + 3 * WINDOW));
}

#[test]
fn lines_beyond_those_remembered_are_written_and_memory_is_bounded() {
    let folding = Folding::default();
    let now = Instant::now();
    let admits = |line: usize| folding.admits(Level::WARN, line.to_string(), || None, now);

    assert!((0..2 * LINES).all(admits));

    assert!(!admits(0) && admits(LINES));
    assert_eq!(folding.lines().len(), LINES);
}
