//! The macro `export!`, which turns the traits of a plugin into the exports of its component.

/// Exports traits of a type from the component: `export!(Hub: RecordSummary, About);`.
///
/// It takes any of the traits [`RecordSummary`], [`RecordDetails`], [`KeySalesInfo`],
/// [`EmailSummary`], [`EmailDraft`], [`Chat`], [`About`] and [`Lifecycle`] that the type implements.
/// Write it once in a plugin. In native builds it only checks that the type implements them, so
/// `cargo test` works as in any crate.
///
/// [`RecordSummary`]: crate::RecordSummary
/// [`RecordDetails`]: crate::RecordDetails
/// [`KeySalesInfo`]: crate::KeySalesInfo
/// [`EmailSummary`]: crate::EmailSummary
/// [`EmailDraft`]: crate::EmailDraft
/// [`Chat`]: crate::Chat
/// [`About`]: crate::About
/// [`Lifecycle`]: crate::Lifecycle
#[macro_export]
macro_rules! export {
    ($plugin:ident: $($capability:ident),+ $(,)?) => {
        $($crate::__export_one!($capability, $plugin);)+
    };
}

/// Exports one trait.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_one {
    (RecordSummary, $plugin:ident) => {
        $crate::__export_page!(RecordSummary, $plugin, record_summary, ActivityRequest, ActivityPage);
    };
    (RecordDetails, $plugin:ident) => {
        $crate::__export_page!(RecordDetails, $plugin, record_details, RelatedRecordRequest, RelatedRecordPage);
    };
    (KeySalesInfo, $plugin:ident) => {
        $crate::__export_page!(KeySalesInfo, $plugin, key_sales_info, HighlightRequest, HighlightPage);
    };
    (EmailSummary, $plugin:ident) => {
        $crate::__export_page!(EmailSummary, $plugin, email_summary, EmailInsightRequest, EmailInsightPage);
    };
    (EmailDraft, $plugin:ident) => {
        $crate::__export_page!(EmailDraft, $plugin, email_draft, ContentLinkRequest, ContentLinkPage);
    };
    (Chat, $plugin:ident) => {
        $crate::__export_interface!(Chat, $plugin, chat, {
            fn skills() -> Vec<$crate::Skill> {
                $crate::panics::log();
                <$plugin as $crate::Chat>::skills()
            }

            fn answer(
                context: $crate::CallContext,
                request: $crate::ChatRequest,
            ) -> Result<$crate::ChatAnswer, $crate::Failure> {
                $crate::panics::log();
                <$plugin as $crate::Chat>::answer(context, request)
            }
        });
    };
    (About, $plugin:ident) => {
        $crate::__export_interface!(About, $plugin, about, {
            fn describe() -> $crate::Profile {
                $crate::panics::log();
                <$plugin as $crate::About>::describe()
            }
        });
    };
    (Lifecycle, $plugin:ident) => {
        $crate::__export_interface!(Lifecycle, $plugin, lifecycle, {
            fn init() -> Result<(), String> {
                $crate::panics::log();
                <$plugin as $crate::Lifecycle>::init()
            }
        });
    };
    ($other:ident, $plugin:ident) => {
        compile_error!(concat!(
            "unknown capability `",
            stringify!($other),
            "`, expected one of: RecordSummary, ",
            "RecordDetails, KeySalesInfo, EmailSummary, EmailDraft, Chat, About, Lifecycle",
        ));
    };
}

/// Exports a capability that answers in pages.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_page {
    ($trait:ident, $plugin:ident, $interface:ident, $request:ident, $page:ident) => {
        $crate::__export_interface!($trait, $plugin, $interface, {
            fn answer(
                context: $crate::CallContext,
                request: $crate::$request,
            ) -> Result<$crate::bindings::$interface::exports::insight::provider::$interface::$page, $crate::Failure>
            {
                $crate::panics::log();
                <$plugin as $crate::$trait>::answer(context, request).map(Into::into)
            }
        });
    };
}

/// Exports an interface through an adapter, which hides the generated traits from authors.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_interface {
    ($trait:ident, $plugin:ident, $interface:ident, { $($function:item)+ }) => {
        const _: () = {
            // Without this, a native build would neither check the trait nor use the plugin.
            const fn implements<T: $crate::$trait>() {}
            implements::<$plugin>();
        };

        #[cfg(target_family = "wasm")]
        const _: () = {
            struct Adapter;

            impl $crate::bindings::$interface::exports::insight::provider::$interface::Guest
                for Adapter
            {
                $($function)+
            }

            $crate::bindings::$interface::export!(
                Adapter with_types_in $crate::bindings::$interface
            );
        };
    };
}
