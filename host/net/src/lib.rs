//! Infrastructure that every layer above the contract may use: traces, logs and metrics.

pub mod telemetry;
pub mod trace;
