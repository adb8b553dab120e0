//! Rows 7 and 8: answers that are too large, malformed, or that break the contract.

use insight_tests::CoreGuest;

use super::{misbehave, rogue_and_neighbour};

#[test]
fn row_7_an_answer_over_the_limit_is_too_large() {
    let host = rogue_and_neighbour().start();

    for behaviour in ["long-string:8", "many-items:50000"] {
        assert_eq!(misbehave(&host, "rogue", behaviour).outcome("rogue"), "answer-too-large", "{behaviour}");
    }
}

#[test]
fn row_7_an_answer_that_no_sandbox_holds_is_out_of_memory_before_it_is_an_answer() {
    let host = rogue_and_neighbour().start();

    for behaviour in ["long-string:1024", "many-items:3000000"] {
        assert_eq!(misbehave(&host, "rogue", behaviour).outcome("rogue"), "out-of-memory", "{behaviour}");
    }
}

#[test]
fn row_7_a_list_whose_address_or_length_lies_traps() {
    let host = rogue_and_neighbour()
        .component("lies-about-its-address", &CoreGuest::answering(0xffff_0000, 1).component())
        .component("lies-about-its-length", &CoreGuest::answering(1024, 3_000_000).component())
        .component("lies-about-both", &CoreGuest::answering(u32::MAX - 3, u32::MAX).component())
        .component("lies-across-the-end", &CoreGuest::answering((2 << 16) - 44, 2).component())
        .component("lies-between-words", &CoreGuest::answering(1025, 1).component())
        .start();

    for liar in [
        "lies-about-its-address",
        "lies-about-its-length",
        "lies-about-both",
        "lies-across-the-end",
        "lies-between-words",
    ] {
        assert_eq!(misbehave(&host, liar, "1").outcome(liar), "trapped", "{liar}");
    }
}

#[test]
fn row_7_text_that_is_not_utf_8_traps() {
    let title = b"broken \xff\xfe text";
    let length = u32::try_from(title.len()).expect("it is short");
    let broken = CoreGuest::answering(1024, 1).item(1024, [(2048, length), (2048, 6), (2048, 6)]).data(2048, title);
    let host = rogue_and_neighbour().component("broken", &broken.component()).start();

    assert_eq!(misbehave(&host, "broken", "1").outcome("broken"), "trapped");
}

#[test]
fn row_7_the_guests_of_these_rows_would_answer_well_if_they_did_not_lie() {
    let date = b"2026-05-12T08:30:00Z";
    let length = u32::try_from(date.len()).expect("it is short");
    let honest = CoreGuest::answering(1024, 1).item(1024, [(2048, length); 3]).data(2048, date);
    let host = rogue_and_neighbour().component("honest", &honest.component()).start();

    assert_eq!(host.ask("honest", "1").said(), "2026-05-12T08:30:00Z");
}

#[test]
fn row_8_an_answer_of_which_nothing_can_be_kept_is_a_bad_answer() {
    let host = rogue_and_neighbour().start();

    for behaviour in ["empty-fields", "bad-date"] {
        assert_eq!(misbehave(&host, "rogue", behaviour).outcome("rogue"), "bad-answer", "{behaviour}");
    }
}

#[test]
fn row_8_a_bad_item_does_not_sink_its_neighbours() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "one-good-of-four").said(), "Good");

    let line = host.logged("answer repaired");
    assert!(line.contains("3 left out") && line.contains("`value[0].title`: item left out"), "{line}");
}

#[test]
fn row_8_a_title_that_is_too_long_is_cut() {
    let host = rogue_and_neighbour().start();

    let title = misbehave(&host, "rogue", "long-title").said();

    assert!(title.ends_with('…'), "{title}");
    assert!(title.encode_utf16().count() <= 4_096, "{} units", title.encode_utf16().count());
    assert!(title.starts_with("éé"), "cut at a character");
}

#[test]
fn row_8_a_url_that_runs_a_script_is_left_out() {
    let host = rogue_and_neighbour().start();

    let answer = misbehave(&host, "rogue", "javascript-url");

    assert_eq!(answer.said(), "Linked");
    assert!(answer.items()[0].get("url").is_none(), "{answer:?}");
}

#[test]
fn row_8_control_characters_reach_neither_the_caller_nor_the_log() {
    let host = rogue_and_neighbour().start();

    let title = misbehave(&host, "rogue", "ansi").said();

    assert!(title.contains("Red") && !title.contains(char::is_control), "{title:?}");
    let log = host.log();
    assert!(!log.contains('\u{1b}') && !log.contains('\u{202e}'), "{log:?}");
}

#[test]
fn row_8_properties_beyond_a_few_are_left_out() {
    let host = rogue_and_neighbour().start();

    let answer = misbehave(&host, "rogue", "many-properties");

    let properties = answer.items()[0]["additionalProperties"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(properties, 50);
}
