//! Row 17 for everything that the engine pools: data that a call leaves in memories, tables and globals is not found by
//! any later call of the same plugin or another.

use std::thread;

use insight_tests::{CoreGuest, TestHost, wait_for};

use super::memory_at_rest;
use crate::host;

/// The concurrent calls.
const CALLS: usize = 8;

/// The memories in the pool: 4 for each call, and for each of 16 spare sandboxes.
const SLOTS: usize = (CALLS + 16) * 4;

/// The bytes of a memory that stay resident between calls.
const KEPT: usize = 128 << 10;

/// The plugins that leave data. Their calls together take more memories than the pool has: the pool prefers a memory
/// that the same plugin's calls have used, then an unused one.
const PLUGINS: usize = 16;

/// The rounds of calls of all of them.
const ROUNDS: usize = 2;

/// The tables of one guest: as many as a module may have.
const TABLES: usize = 8;

/// Creates a guest that leaves a marker wherever it can for the record `fill`, searches for one for `look`, and does
/// both in one call for `both`.
fn canary() -> Vec<u8> {
    let tables: String = (0..TABLES).map(|table| format!("(table $table{table} 64 20000 funcref)")).collect();
    let fill_tables: String = (0..TABLES)
        .map(|table| {
            format!(
                "(drop (table.grow $table{table} (ref.func $marker) (i32.const 9000)))
                 (table.fill $table{table} (i32.const 0) (ref.func $marker) (table.size $table{table}))"
            )
        })
        .collect();
    let search_tables: String = (0..TABLES)
        .map(|table| {
            format!(
                "(drop (table.grow $table{table} (ref.null func) (i32.const 9000)))
                 (local.set $at (i32.const 0))
                 (loop $next
                     (if (i32.eqz (ref.is_null (table.get $table{table} (local.get $at)))) (then (return (i32.const 1))))
                     (local.set $at (i32.add (local.get $at) (i32.const 1)))
                     (br_if $next (i32.lt_u (local.get $at) (table.size $table{table}))))"
            )
        })
        .collect();
    let program = format!(
        "{tables}
        (global $whole (mut i64) (i64.const 0))
        (global $broken (mut f64) (f64.const 0))
        (global $reference (mut funcref) (ref.null func))
        (elem declare func $marker)
        (func $marker)

        ;; Whether one of the texts of the question begins so.
        (func $asked (param $word i32) (result i32)
            (local $at i32)
            (local.set $at (i32.const 4096))
            (loop $next
                (if (i32.eq (i32.load (local.get $at)) (local.get $word)) (then (return (i32.const 1))))
                (local.set $at (i32.add (local.get $at) (i32.const 8)))
                (br_if $next (i32.lt_u (local.get $at) (global.get $next))))
            (i32.const 0))

        ;; All of memory from the second page on, and more of it than is kept resident. Again and again, so that calls
        ;; of the same time have a slot each.
        (func $fill
            (local $at i32) (local $times i32)
            (drop (memory.grow (i32.const 64)))
            (loop $again
                (local.set $at (i32.const 0x10000))
                (loop $next
                    (i64.store (local.get $at) (i64.const 0x5ca1ab1ec0ffee42))
                    (local.set $at (i32.add (local.get $at) (i32.const 8)))
                    (br_if $next (i32.lt_u (local.get $at) (i32.shl (memory.size) (i32.const 16)))))
                (local.set $times (i32.add (local.get $times) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $times) (i32.const 8))))
            {fill_tables}
            (global.set $whole (i64.const 0x5ca1ab1ec0ffee42))
            (global.set $broken (f64.const 0x1.ca1ab1ec0ffeep+42))
            (global.set $reference (ref.func $marker)))

        ;; Whether there is anything but nothing where this call has put nothing.
        (func $search (result i32)
            (local $at i32)
            (drop (memory.grow (i32.const 64)))
            (local.set $at (i32.const 0x10000))
            (loop $next
                (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (return (i32.const 1))))
                (local.set $at (i32.add (local.get $at) (i32.const 8)))
                (br_if $next (i32.lt_u (local.get $at) (i32.shl (memory.size) (i32.const 16)))))
            {search_tables}
            (if (i64.ne (global.get $whole) (i64.const 0)) (then (return (i32.const 1))))
            (if (f64.ne (global.get $broken) (f64.const 0)) (then (return (i32.const 1))))
            (i32.eqz (ref.is_null (global.get $reference))))"
    );
    let word = |text: &[u8; 4]| u32::from_le_bytes(*text);
    let answer = format!(
        "(if (call $asked (i32.const {fill})) (then (call $fill) (return (i32.const 64))))
         (if (call $asked (i32.const {both})) (then (call $fill)))
         (select (i32.const 128) (i32.const 96) (call $search))",
        fill = word(b"fill"),
        both = word(b"both"),
    );
    ["filled", "clean", "found"]
        .iter()
        .zip(0..)
        .fold(
            CoreGuest::running(&answer).field(&program).memory("32").data(2048, b"2026-05-12T08:30:00Z"),
            |guest, (title, number)| {
                let (result, item, text) = (64 + 32 * number, 1024 + 64 * number, 3072 + 64 * number);
                let length = u32::try_from(title.len()).expect("it is short");
                let page = [0, item, 1, 0, 0, 0, 0].map(u32::to_le_bytes).concat();
                let texts = [(text, length), (text, length), (2048, 20)];
                guest.data(result, &page).item(item, texts).data(text, title.as_bytes())
            },
        )
        .component()
}

/// Makes as many concurrent calls to a plugin as allowed, and returns their answers.
fn ask_at_once(host: &TestHost, provider: &str, what: &str) -> Vec<String> {
    // A sandbox may still be in use when its answer has come.
    let ask = || {
        wait_for("a sandbox", || {
            let answer = host.ask(provider, what);
            (answer.status != 429).then(|| answer.said())
        })
    };
    thread::scope(|scope| {
        let calls: Vec<_> = (0..CALLS).map(|_| scope.spawn(ask)).collect();
        calls.into_iter().map(|call| call.join().expect("an answer came")).collect()
    })
}

#[test]
fn row_17_no_call_finds_what_another_left_in_any_slot_of_the_pool() {
    let names: Vec<_> = (0..PLUGINS).map(|number| format!("canary-{number}")).collect();
    let component = canary();
    let settings =
        format!("[limits]\nmemory = \"16MiB\"\n[runtime]\ncalls-at-once = {CALLS}\n[load]\nfair-shares = false\n");
    let setup = host().guest("well").component("stranger", &component).settings(&settings);
    let host = names.iter().fold(setup, |setup, name| setup.component(name, &component)).start();
    let before = memory_at_rest(&host);
    assert_eq!(ask_at_once(&host, &names[0], "both"), ["found"; CALLS], "a canary must find what is there");

    let mut after_the_first = None;
    for _ in 0..ROUNDS {
        for name in &names {
            assert_eq!(ask_at_once(&host, name, "fill"), ["filled"; CALLS]);
        }
        for name in &names {
            assert_eq!(ask_at_once(&host, name, "look"), ["clean"; CALLS]);
        }
        // A plugin without calls so far gets memories that others have used.
        assert_eq!(ask_at_once(&host, "stranger", "look"), ["clean"; CALLS]);
        after_the_first.get_or_insert_with(|| memory_at_rest(&host));
    }

    // Each slot keeps some cleared pages after its first use, which shows that most were used. The host releases other
    // memory meanwhile, so not all of it is visible.
    let after_the_first = after_the_first.expect("there was one");
    let kept = after_the_first.saturating_sub(before);
    assert!(kept > SLOTS * KEPT / 2, "{} MiB are kept", kept >> 20);
    host.wait_for_memory(after_the_first);
}
