//! Imports of guests. All are always linked.
//!
//! A grant is checked at each use, not at linking: so a component's own content decides if it loads, not the
//! operator's settings.

mod config;
mod http_client;
mod key_value;
mod log;
mod secrets;
pub(super) mod wasi_http;

use wasmtime::component::{HasSelf, Linker};

use super::state::GuestState;
use crate::bindings::v1::insight::provider as ours;

/// Links all of WASI 0.2, outgoing HTTP included, and the interfaces of the host.
pub(super) fn link(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    ours::insight_types::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    ours::log::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    ours::config::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    ours::secrets::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    ours::http_client::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    ours::key_value::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    Ok(())
}

/// Has types only, so there is nothing to call.
impl ours::insight_types::Host for GuestState {}
