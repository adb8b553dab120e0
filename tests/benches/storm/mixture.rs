//! The mixture of calls: their targets, behaviours, frequencies and allowed outcomes.

/// The calls of one round. Every kind occurs in each.
pub(crate) const ROUND: usize = 5_000;

/// The kind of healthy calls.
pub(crate) const HEALTHY: Kind = Kind { name: "healthy", to: To::Well, row: "", of_round: 0, ends: &["answered"] };

/// The target of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// A healthy guest, alternating with one that has an `init`.
    Well,
    /// A copy of the guest whose callers select its behaviour.
    Rogue,
    /// The guest of this name, which has one hostile behaviour whatever it is asked.
    Guest(&'static str),
    /// No guest: a request target that the host must reject.
    Nobody(&'static str),
    /// A copy of the rogue, but the caller disconnects in mid-call.
    Leaving,
}

/// A kind of call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// Its name; for a rogue, the behaviour.
    pub(crate) name: &'static str,
    pub(crate) to: To,
    /// The row of the catalogue of hostile inputs that it belongs to.
    pub(crate) row: &'static str,
    /// The number of its calls per round.
    pub(crate) of_round: usize,
    /// The allowed outcomes. On a busy machine, a rejection for load or a missed deadline is allowed for any call.
    pub(crate) ends: &'static [&'static str],
}

const fn rogue(row: &'static str, name: &'static str, of_round: usize, ends: &'static [&'static str]) -> Kind {
    Kind { name, to: To::Rogue, row, of_round, ends }
}

/// Every hostile kind: 1,250 of each round of 5,000, so that 75 % is healthy.
///
/// Behaviours that use a core for as long as they may occur most often, as they take time from others.
pub(crate) const HOSTILE: &[Kind] = &[
    rogue("1", "spin", 240, &["out-of-fuel"]),
    rogue("1", "spin-in-host-calls", 60, &["out-of-fuel"]),
    rogue("1", "spin-in-bulk-fills", 60, &["out-of-fuel"]),
    Kind { name: "spins in realloc", to: To::Guest("spins-in-realloc"), row: "2", of_round: 5, ends: &["out-of-fuel"] },
    Kind {
        name: "spins after its answer",
        to: To::Guest("spins-in-post-return"),
        row: "2",
        of_round: 5,
        ends: &["out-of-fuel"],
    },
    rogue("3", "sleep-an-hour", 60, &[]),
    rogue("3", "poll-for-ever", 20, &["trapped"]),
    rogue("4", "recurse", 40, &["trapped"]),
    rogue("5", "grow-memory", 40, &["out-of-memory"]),
    rogue("5", "hold-memory:12", 40, &["answered", "out-of-memory"]),
    rogue("6", "pollables", 20, &["trapped", "out-of-memory", "out-of-fuel"]),
    rogue("7", "long-string:8", 20, &["answer-too-large", "out-of-memory", "out-of-fuel"]),
    rogue("7", "many-items:100000", 5, &["answer-too-large", "out-of-memory", "out-of-fuel"]),
    Kind { name: "a list that lies", to: To::Guest("lies"), row: "7", of_round: 20, ends: &["trapped"] },
    Kind { name: "broken UTF-8", to: To::Guest("broken-utf-8"), row: "7", of_round: 20, ends: &["trapped"] },
    rogue("8", "empty-fields", 20, &["bad-answer"]),
    rogue("8", "long-title", 20, &["answered"]),
    rogue("8", "bad-date", 20, &["bad-answer"]),
    rogue("8", "javascript-url", 20, &["answered"]),
    rogue("8", "ansi", 20, &["answered"]),
    rogue("8", "many-properties", 20, &["answered"]),
    rogue("8", "one-good-of-four", 20, &["answered"]),
    rogue("9", "panic", 60, &["trapped"]),
    rogue("9", "abort", 20, &["trapped"]),
    rogue("9", "exit:0", 20, &["trapped"]),
    rogue("9", "exit:3", 20, &["trapped"]),
    rogue("9", "divide-by-zero", 20, &["trapped"]),
    rogue("9", "unreachable", 20, &["trapped"]),
    rogue("10", "flood-stdout", 5, &["out-of-fuel", "answered"]),
    rogue("10", "write-nothing", 5, &["out-of-fuel", "answered"]),
    rogue("10", "log:hello", 10, &["answered"]),
    rogue("11", "random", 20, &["trapped", "out-of-memory"]),
    rogue("12", "fetch:metadata", 5, &["answered"]),
    rogue("12", "wasi-fetch:metadata", 5, &["answered"]),
    rogue("13", "fetch:/ok", 5, &["answered"]),
    rogue("13", "fetch:/hang", 5, &["answered"]),
    rogue("13", "fetch:/endless", 5, &["answered"]),
    rogue("13", "fetch-all:32x/ok", 5, &["answered"]),
    rogue("13", "wasi-fetch:/drip", 5, &["answered"]),
    rogue("14", "fetch-long:900000", 5, &["answered", "out-of-memory"]),
    rogue("14", "fetch-with-headers:1000", 5, &["answered"]),
    rogue("key-value", "keep:a=1", 5, &["answered"]),
    rogue("key-value", "kept:a", 5, &["answered"]),
    rogue("key-value", "keep-many:50", 5, &["answered"]),
    rogue("15", "read-file:/etc/hostname", 10, &["answered"]),
    rogue("15", "list-files", 10, &["answered"]),
    rogue("15", "connect:22", 10, &["answered"]),
    rogue("15", "bind", 5, &["answered"]),
    rogue("15", "environment", 5, &["answered"]),
    rogue("17", "remember", 10, &["answered", "out-of-fuel"]),
    rogue("17", "recall", 10, &["answered"]),
    rogue("18", "answer-at-deadline:0", 20, &["answered"]),
    rogue("20", "slow:150", 20, &["answered"]),
    rogue("21", "failed", 20, &["failed"]),
    rogue("21", "throttled:1", 10, &["429"]),
    rogue("21", "not-found", 10, &["404"]),
    rogue("21", "no-such-behaviour", 10, &["400"]),
    Kind { name: "a caller who leaves", to: To::Leaving, row: "HTTP 12", of_round: 20, ends: &["left"] },
    Kind {
        name: "a null byte",
        to: To::Nobody("/api/record-summary?recordType=account&recordId=%00"),
        row: "HTTP 7",
        of_round: 10,
        ends: &["400"],
    },
    Kind {
        name: "a parameter twice",
        to: To::Nobody("/api/record-summary?recordType=a&recordId=1&RECORDID=2"),
        row: "HTTP 7",
        of_round: 5,
        ends: &["400"],
    },
    Kind {
        name: "a path that climbs",
        to: To::Nobody("/api/providers/..%2f..%2fwell/record-summary?recordType=account&recordId=1"),
        row: "HTTP 8",
        of_round: 10,
        ends: &["404"],
    },
];

/// The outcomes that are allowed for any call to a hostile guest while the machine is busy or the guest suspended.
pub(crate) const OF_LOAD: &[&str] = &["deadline-exceeded", "429"];

/// Returns the kinds of one round, spread evenly.
pub(crate) fn round() -> Vec<Kind> {
    /// The distance between calls of one kind. It is coprime to the round's length, so every position is used once.
    const STRIDE: usize = 2_029;

    let mut kinds = vec![HEALTHY; ROUND];
    let hostile = HOSTILE.iter().flat_map(|kind| std::iter::repeat_n(*kind, kind.of_round));
    for (number, kind) in hostile.enumerate() {
        kinds[number * STRIDE % ROUND] = kind;
    }
    kinds
}
