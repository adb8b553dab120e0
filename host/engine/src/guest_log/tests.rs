//! Tests of the bounds of the guest log.

use bytesize::ByteSize;

use super::*;

fn budget(burst: ByteSize) -> Arc<LogBudget> {
    Arc::new(LogBudget::new(ByteSize::b(0), burst))
}

fn guest_log() -> Journal {
    Journal::new("hub".into(), 64 << 10, budget(ByteSize::mib(1)))
}

#[test]
fn a_line_may_be_written_in_pieces_and_by_several_handles() {
    let guest_log = guest_log();
    let other = guest_log.clone();

    guest_log.print(Output::Stderr, b"thread 'main' ");
    other.print(Output::Stdout, b"something else");
    other.print(Output::Stderr, b"panicked\nat ");
    guest_log.print(Output::Stderr, b"the end");

    assert_eq!(guest_log.last_words(), "thread 'main' panicked / at the end");
}

#[test]
fn of_lines_without_an_end_no_more_is_held_than_of_one() {
    let guest_log = guest_log();

    (0..1_000).for_each(|_| guest_log.print(Output::Stdout, &[b'a'; 1_000]));

    guest_log.with(|book| {
        assert!(book.unfinished.iter().all(|line| line.capacity() <= 2 * LINE));
        assert!(book.is_full() && book.dropped > 0);
    });
}

#[test]
fn a_text_is_cut_by_its_escaped_length() {
    let escaped = |text: &str, bytes| {
        let Escaped { text, bytes_left } = Escaped::of(text, bytes);
        (text, bytes_left)
    };

    assert_eq!(escaped("a\nb", 100), ("a\\u{a}b".to_owned(), 92));
    assert_eq!(escaped("ab\"", 3), ("ab".to_owned(), 0), "a quotation mark takes two bytes in JSON");
    assert_eq!(escaped("a\u{e9}", 2), ("a".to_owned(), 0));
    assert!(escaped(&"\n".repeat(10_000), LINE).0.len() <= LINE);
}

#[test]
fn line_feeds_count_as_they_are_written() {
    let guest_log = guest_log();

    (0..100).for_each(|_| guest_log.write(Level::Info, "log", &"\n".repeat(1_000)));

    // Each is a line of 4 KiB once it is escaped, whether or not the log's filter lets it through.
    assert!(guest_log.is_full());
    assert!(guest_log.with(|book| book.dropped) >= 80);
}

#[test]
fn a_plugin_over_its_rate_writes_nothing_more_in_any_call() {
    let budget = budget(ByteSize::kib(1));
    budget.spend(2_000);
    let next = Journal::new("hub".into(), 64 << 10, Arc::clone(&budget));

    next.write(Level::Info, "log", "a line");
    drop(next);

    assert_eq!(budget.dropped(), 1);
}

#[test]
fn the_last_words_of_a_call_are_bounded_and_need_no_room_in_the_log() {
    let budget = budget(ByteSize::b(0));
    let guest_log = Journal::new("hub".into(), 64 << 10, budget);

    guest_log.write(Level::Info, Output::Stderr.name(), &"w".repeat(LINE));

    assert_eq!(guest_log.last_words().len(), last_words::LINE);
}

#[test]
fn the_last_words_of_a_guest_without_standard_error_are_its_entries_of_level_error() {
    let guest_log = guest_log();

    guest_log.write(Level::Warn, "log", "backend refused");
    guest_log.write(Level::Error, "log", "panicked at src/lib.rs:4:9: assertion failed\n  left: 1\n right: 2");

    let told = "panicked at src/lib.rs:4:9: assertion failed / left: 1 / right: 2";
    assert_eq!(guest_log.last_words(), told);
}

#[test]
fn an_entry_for_which_the_log_has_no_room_may_be_the_last_words() {
    let guest_log = guest_log();

    guest_log.drop_entry(Level::Info, "one of many");
    guest_log.drop_entry(Level::Error, &format!("panicked at src/lib.rs:4:9: {}", "lines\n".repeat(10_000)));

    let told = guest_log.last_words();
    assert!(told.starts_with("panicked at src/lib.rs:4:9: lines / ") && told.len() < 200, "{told}");
    assert_eq!(guest_log.with(|book| book.dropped), 2);
}
