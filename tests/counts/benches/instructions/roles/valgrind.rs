//! Requests to the emulator that this program runs in.

#![expect(unsafe_code, reason = "the emulator takes its requests from instructions")]

use std::arch::asm;
use std::ffi::CStr;

/// The beginning of the numbers of callgrind's requests.
const CALLGRIND: u64 = (b'C' as u64) << 24 | (b'T' as u64) << 16;

/// Sets all counts to zero.
pub(crate) fn zero() {
    request(1, 0);
}

/// Writes the counts to a file, under this name.
pub(crate) fn dump(name: &CStr) {
    request(3, name.as_ptr() as u64);
}

/// Begins to count what all threads execute but this one. The process is ten times slower from then on.
pub(crate) fn count_others() {
    request(4, 0);
    request(2, 0);
}

/// Makes a request. On a real processor these instructions do nothing.
fn request(number: u64, argument: u64) {
    let request = [CALLGRIND + number, argument, 0, 0, 0, 0];
    // SAFETY: the rotations are a whole turn, and the exchange is one of a register with itself. The emulator reads the
    // request, which outlives the instructions.
    unsafe {
        asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") request.as_ptr(),
            inout("rdx") 0_u64 => _,
            inout("rdi") 0_u64 => _,
        );
    }
}
