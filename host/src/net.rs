//! The base that several modules share and that knows nothing of the host: TLS for clients, one bounded HTTP fetch, the
//! private directory, an error's chain of causes, and byte counts in memory.
//!
//! Guests send nothing through it: their requests go by the egress client, which checks each connection by itself.

pub mod chain;
pub mod fetch;
pub mod private;
pub mod size;
pub mod tls;

pub use self::chain::{chain, chain_by};
pub use self::size::to_usize;
