//! The bindings that `wit-bindgen` generates from `wit/`: one module per world, sharing the types
//! of `insight-types`.
//!
//! The linker merges the worlds whose exports a plugin uses. So a component exports exactly the
//! interfaces that its author names in [`export!`](crate::export!), without a world or a feature for
//! each combination.

/// Types that capabilities and host interfaces share.
pub mod shared {
    wit_bindgen::generate!({
        path: "wit",
        inline: "
            package insight:sdk;
            world shared { import insight:provider/insight-types@1.0.0; }
        ",
        world: "insight:sdk/shared",
        generate_all,
        additional_derives: [PartialEq],
    });
}

/// The interfaces of the host.
pub mod host {
    wit_bindgen::generate!({
        path: "wit",
        world: "insight:provider/imports",
        with: {
            "insight:provider/insight-types@1.0.0": crate::bindings::shared::insight::provider::insight_types,
        },
        generate_all,
        additional_derives: [PartialEq],
    });
}

/// The clock, where the standard library has none. The interface is WASI's, as far as it is used.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub mod clock {
    wit_bindgen::generate!({
        inline: "
            package insight:clock;
            world clock { import wasi:clocks/monotonic-clock@0.2.0; }
            package wasi:clocks@0.2.0 { interface monotonic-clock { type instant = u64; now: func() -> instant; } }
        ",
        world: "insight:clock/clock",
        generate_all,
    });
}

/// The export that has no types, neither its own nor shared ones.
pub mod lifecycle {
    wit_bindgen::generate!({
        path: "wit",
        world: "insight:provider/lifecycle-provider",
        pub_export_macro: true,
    });
}

/// Generates a world that exports one interface, in a module of that interface's name.
macro_rules! exporting {
    ($interface:ident, $world:literal) => {
        pub mod $interface {
            wit_bindgen::generate!({
                path: "wit",
                world: $world,
                with: {
                    "insight:provider/insight-types@1.0.0": crate::bindings::shared::insight::provider::insight_types,
                },
                additional_derives: [PartialEq],
                pub_export_macro: true,
            });
        }
    };
}

exporting!(about, "insight:provider/about-provider");
exporting!(chat, "insight:provider/chat-provider");
exporting!(email_draft, "insight:provider/email-draft-provider");
exporting!(email_summary, "insight:provider/email-summary-provider");
exporting!(key_sales_info, "insight:provider/key-sales-info-provider");
exporting!(record_details, "insight:provider/record-details-provider");
exporting!(record_summary, "insight:provider/record-summary-provider");
