//! Infrastructure that several packages share: TLS for clients, one bounded HTTP fetch, proxies, the private directory,
//! files that commands write or that others may write to, file descriptors, an error's chain of causes, the scheduling of
//! threads, byte counts in memory, text in files, what differs between operating systems, and telemetry (traces, logs, metrics).
//!
//! Guests send nothing through it: their requests go by the egress client, which checks each connection by itself.

pub mod chain;
pub mod descriptors;
#[cfg_attr(not(unix), path = "exposure/elsewhere.rs")]
pub mod exposure;
pub mod fetch;
pub mod os;
pub mod outfile;
pub mod panic_report;
pub mod private;
pub mod proxy;
mod room;
#[cfg_attr(not(target_os = "linux"), path = "scheduling/elsewhere.rs")]
pub mod scheduling;
pub mod size;
pub mod telemetry;
pub mod text_file;
pub mod tls;
pub mod trace;

pub use self::chain::{causes, chain, chain_by};
pub use self::room::extend_within;
pub use self::size::to_usize;
