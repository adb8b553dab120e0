//! The loading of untrusted components: inspection, compilation, linking and trial.
//!
//! There are two kinds of input: arbitrary components, few of which get far; and components with exactly the imports
//! and exports of a plugin around arbitrary functions, which get as far as to run.

#![no_main]

use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use arbitrary::{Arbitrary, Unstructured};
use insight_fuzz::is_plain;
use insight_host::fuzzing::{Tried, Workshop};
use libfuzzer_sys::{Corpus, fuzz_target};
use wasm_smith::{Component, Config, Module};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve, WorldId};

/// The most time that a trial may take, without compilation: its limit is 200 ms, and the machine may be busy.
const LONGEST: Duration = Duration::from_secs(3);

/// The most bytes of an error text for an author.
const LONGEST_WORDS: usize = 64 << 10;

static WORKSHOP: LazyLock<Workshop> = LazyLock::new(Workshop::open);

/// The world of a plugin with every export that is called at load, and with all imports.
static WORLD: LazyLock<(Resolve, WorldId)> = LazyLock::new(|| {
    let mut resolve = Resolve::default();
    let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/1.0");
    resolve.push_dir(wit).expect("the interface is valid");
    let world = "
        package fuzzed:it;

        world it {
            include insight:provider/imports@1.0.0;
            include insight:provider/chat-provider@1.0.0;
            include insight:provider/about-provider@1.0.0;
            include insight:provider/lifecycle-provider@1.0.0;
        }
    ";
    let package = resolve.push_str("it.wit", world).expect("the world is valid");
    let world = resolve.select_world(&[package], Some("it")).expect("the world is there");
    (resolve, world)
});

/// A module of that world with empty functions, and with a MiB of memory for their results.
static SHAPE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    /// The memory section: three bytes long, one memory, no maximum, this number of pages.
    const NO_PAGES: [u8; 5] = [5, 3, 1, 0, 0];
    const SOME_PAGES: [u8; 5] = [5, 3, 1, 0, 16];

    let mut module = dummy_module(&WORLD.0, WORLD.1, ManglingAndAbi::Standard32);
    let at = module.windows(NO_PAGES.len()).position(|window| window == NO_PAGES);
    module[at.expect("a dummy's memory is empty")..][..SOME_PAGES.len()].copy_from_slice(&SOME_PAGES);
    module
});

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(component) = component(&mut Unstructured::new(bytes)) else { return Corpus::Reject };
    let workshop = &*WORKSHOP;

    let begun = Instant::now();
    let tried = workshop.try_out(&component);

    assert!(begun.elapsed() <= LONGEST, "it took {:?}", begun.elapsed());
    match tried {
        Tried::Refused(words) | Tried::NotCompiled(words) | Tried::NotLinked(words) => {
            assert!(words.len() <= LONGEST_WORDS, "{} bytes", words.len());
        }
        Tried::Failed(words) => assert!(words.len() <= LONGEST_WORDS && is_plain(&words), "{words:?}"),
        Tried::Works(profile, skills) => {
            let profile = profile.expect("it exports `about`");
            for text in [&profile.title, &profile.description, &profile.version, &profile.publisher.name] {
                assert!(is_plain(text) && text.encode_utf16().count() <= 500, "{text:?}");
            }
            for skill in skills.into_iter().flatten() {
                assert!(is_plain(&skill.title) && is_plain(&skill.description), "{skill:?}");
            }
        }
    }
    // The sandbox is dropped a moment after its answer has come.
    while !workshop.is_empty() {
        assert!(begun.elapsed() <= 2 * LONGEST, "memory is still held");
        thread::sleep(Duration::from_millis(1));
    }
    Corpus::Keep
});

fn component(from: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    if from.ratio(1, 8)? {
        return Ok(Component::arbitrary(from)?.to_bytes());
    }
    let config = Config {
        module_shape: Some(SHAPE.clone()),
        memory64_enabled: false,
        multi_value_enabled: from.arbitrary()?,
        gc_enabled: false,
        exceptions_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        // Most guests end without a trap, so that their results are checked.
        disallow_traps: from.ratio(7, 8)?,
        max_memory32_bytes: 2 << 20,
        tail_call_enabled: from.ratio(1, 16)?,
        relaxed_simd_enabled: false,
        simd_enabled: from.arbitrary()?,
        reference_types_enabled: from.ratio(1, 16)?,
        ..Config::default()
    };
    let mut module = Module::new(config, from)?.to_bytes();
    let (resolve, world) = &*WORLD;
    let encoded = embed_component_metadata(&mut module, resolve, *world, StringEncoding::UTF8)
        .and_then(|()| ComponentEncoder::default().module(&module))
        .and_then(|mut encoder| encoder.encode());
    encoded.map_err(|_| arbitrary::Error::IncorrectFormat)
}
