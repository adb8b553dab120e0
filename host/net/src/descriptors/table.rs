//! The table of a process's descriptors, as Unix has it.

use std::fs::File;
use std::io;
pub use std::os::fd::AsFd as Descriptor;
use std::os::fd::AsRawFd;

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The codes of errors that mean a lack of descriptors, memory or processes.
pub(super) const EXHAUSTED: [i32; 5] = [
    Errno::MFILE.raw_os_error(),
    Errno::NFILE.raw_os_error(),
    Errno::NOBUFS.raw_os_error(),
    Errno::NOMEM.raw_os_error(),
    Errno::AGAIN.raw_os_error(),
];

/// The limit of open files, and the attempt to raise it.
pub(super) struct RaisedLimit {
    /// The limit before; none is unlimited.
    pub(super) before: Option<u64>,
    /// The highest limit.
    pub(super) maximum: Option<u64>,
    pub(super) raised: io::Result<()>,
}

/// Raises the soft limit of open files to the hard one.
pub(super) fn raise() -> RaisedLimit {
    let Rlimit { current: before, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).map_err(io::Error::from);
    RaisedLimit { before, maximum, raised }
}

/// Returns the number of a descriptor.
pub(super) fn number(descriptor: &impl Descriptor) -> Option<u64> {
    u64::try_from(descriptor.as_fd().as_raw_fd()).ok()
}

/// Opens a file that is always there.
pub(super) fn probe() -> io::Result<File> {
    File::open("/dev/null")
}
