//! Services that the host asks of the operating system and Rust's standard library has not for all: users, permissions and
//! identities of files, the folders of a user, and the signal that reloads files.
//!
//! `unix` does it; `elsewhere` does as much of it as an author's machine with Windows has, and documents the rest. Modules that
//! are about nothing else, such as `private` and `scheduling`, are replaced as a whole on other systems, each by its file
//! `elsewhere`.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use self::elsewhere::*;
#[cfg(unix)]
pub use self::unix::*;
