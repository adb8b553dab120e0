//! Insight Host: answers Microsoft 365 Copilot for Sales out of sandboxed WebAssembly components.
//!
//! ARCHITECTURE.md draws the path of a request through these modules and the packages below them.

mod admin;
mod auth;
pub mod cli;
mod config;
pub mod dispatch;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod http;
pub mod plugin;
