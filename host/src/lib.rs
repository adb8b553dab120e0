//! Insight Host: answers Microsoft 365 Copilot for Sales out of sandboxed WebAssembly components.
//!
//! ARCHITECTURE.md describes each module and the path of a request through them.

mod admin;
pub mod admission;
mod auth;
mod bindings;
pub mod cli;
mod config;
mod conform;
mod connector;
pub mod contract;
pub mod dispatch;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod http;
pub mod plugin;
pub mod reach;
pub mod runtime;
mod telemetry;
mod trace;
mod values;
