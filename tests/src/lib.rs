//! The harness of the whole-host tests: the real binary, in a process of its own, over a folder of
//! plugins that a test fills.
//!
//! ```ignore
//! let host = under_test().guest("rogue").guest_as("well", "neighbour").settings(QUICK).start();
//!
//! let answer = host.ask("rogue", "panic");
//!
//! assert_eq!(answer.outcome("rogue"), "trapped");
//! ```
//!
//! Every host has a folder, a port and a log of its own, so tests run concurrently in any order.

mod answer;
mod backend;
mod collector;
mod command;
mod component;
pub mod connector;
pub mod foreign;
mod host;
pub mod issuer;
mod port;
mod served;
mod setup;
mod tls;
mod under_test;
mod wait;
mod wire;

pub use answer::Answer;
pub use backend::{Backend, Came, Said};
pub use collector::{Collector, TraceSpan};
pub use command::Ran;
pub use component::{CoreGuest, dummy_component};
pub use host::{Admin, TestHost, signal_compilers};
pub use port::free_address;
pub use setup::Setup;
pub use tls::{Authority, TlsWire};
pub use under_test::UnderTest;
pub use wait::{PATIENCE, wait_for};
pub use wire::Wire;
