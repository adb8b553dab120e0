//! The guests of the storm.

use std::fmt::Write;

use insight_tests::{Backend, CoreGuest, Setup};

use crate::UNDER_TEST;

/// An endless loop, as instructions.
const SPIN: &str = "(loop (br 0)) unreachable";

/// Sets up a host with healthy and hostile guests. Hostile guests of one behaviour are written by hand; of the guest
/// whose callers select the behaviour there are `copies`, each with a digest of its own.
pub(crate) fn setup(copies: usize) -> Setup {
    let rogue = std::fs::read(UNDER_TEST.guest("rogue")).expect("it has just been built");
    let mut setup = UNDER_TEST
        .setup()
        .guest("well")
        .guest("prepares")
        .component("spins-in-realloc", &CoreGuest::answering(0, 0).realloc(SPIN).component())
        .component("spins-in-post-return", &CoreGuest::answering(0, 0).post_return(SPIN).component())
        .component("lies", &CoreGuest::answering(0xffff_fff0, 0x0fff_ffff).component())
        .component("broken-utf-8", &broken_utf8().component());
    for copy in 0..copies {
        setup = setup.component(&rogue_name(copy), &marked(&rogue, copy));
    }
    setup
}

/// Sets up a host with healthy guests, with one that all callers share, and with those that harm others.
pub(crate) fn culprits() -> Setup {
    let rogue = std::fs::read(UNDER_TEST.guest("rogue")).expect("it has just been built");
    let fills = "(drop (memory.grow (i32.const 960)))
         (memory.fill (i32.const 65536) (i32.const 1) (i32.const 62849024))
         i32.const 64";
    let mut setup = UNDER_TEST.setup().guest("well").guest("prepares");
    setup = setup.component("bulk", &CoreGuest::running(fills).component());
    for (copy, name) in (0..).zip(["shared", "greedy", "noisy"]) {
        setup = setup.component(name, &marked(&rogue, copy));
    }
    setup
}

/// Returns the grants of the copies of the rogue: a backend, and key-value entries of their own.
pub(crate) fn grants(copies: usize, backend: &Backend) -> String {
    let origin = backend.origin();
    (0..copies).map(rogue_name).fold(String::new(), |mut toml, name| {
        let _ = write!(
            toml,
            "[plugins.{name}.config]\nbackend = \"{origin}\"\nmetadata = \"http://169.254.169.254/latest\"\n\
             [plugins.{name}.grants]\nkey-value = \"per-tenant\"\n\
             http = [{{ origin = \"{origin}\", networks = [\"loopback\"] }}]\n"
        );
        toml
    })
}

/// Returns the name of a copy of the rogue.
pub(crate) fn rogue_name(copy: usize) -> String {
    format!("rogue-{copy}")
}

/// Creates a guest whose call runs `millions` of rounds of a loop, and then answers with one item.
pub(crate) fn worker(millions: u32) -> CoreGuest {
    let rounds = u64::from(millions) * 1_000_000;
    let work = format!(
        "(local $left i64)
         (local.set $left (i64.const {rounds}))
         (loop $again
           (local.set $left (i64.sub (local.get $left) (i64.const 1)))
           (br_if $again (i64.ne (local.get $left) (i64.const 0))))
         i32.const 64"
    );
    let page = [0_u32, 128, 1, 0, 0, 0, 0].map(u32::to_le_bytes).concat();
    CoreGuest::running(&work)
        .data(64, &page)
        .item(128, [(512, 4), (512, 4), (520, 20)])
        .data(512, b"work")
        .data(520, b"2026-05-12T08:30:00Z")
}

fn broken_utf8() -> CoreGuest {
    CoreGuest::answering(128, 1).item(128, [(512, 4), (512, 4), (512, 4)]).data(512, b"\xff\xfe\xc0\x80")
}

/// Appends a custom section with the number `copy` to `component`.
fn marked(component: &[u8], copy: usize) -> Vec<u8> {
    let copy = u8::try_from(copy).expect("few copies are made");
    // A custom section of five bytes: a name of three, and one of content.
    [component, &[0, 5, 3, b'n', b'r', b'.', copy]].concat()
}
