//! Insight Host: answers Microsoft 365 Copilot for Sales out of sandboxed WebAssembly components.
//!
//! The modules stand in the order in which a request meets them; ARCHITECTURE.md draws the way.

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
pub mod net;
pub mod plugin;
pub mod reach;
pub mod runtime;
mod telemetry;
mod trace;
mod values;
