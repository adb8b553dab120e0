//! The machine that the counted host runs on: a clock that stands still, and random bytes that are always the same.
//!
//! The emulated processor is fifty times slower than a real one. By the real clock every call would be a long one: the
//! epoch would pass in the middle of it, and it would leave the answering thread. So the program brings its own versions
//! of the functions of the C library by which the standard library, tokio and the allocator tell the time. They pass on to
//! the kernel until the clock is stopped; from then on, time passes only when [`advance`] is called.

#![expect(unsafe_code, reason = "the functions of the C library are replaced")]

use std::collections::BTreeMap;
use std::ffi::{CString, c_char, c_int, c_uint, c_void};
use std::mem::transmute;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use libc::{
    FUTEX_CMD_MASK, FUTEX_WAIT, FUTEX_WAIT_BITSET, RTLD_NEXT, SYS_clock_gettime, SYS_clock_nanosleep, SYS_epoll_wait,
    SYS_futex, SYS_getrandom, c_long, clockid_t, dlsym, epoll_event, pid_t, posix_spawn_file_actions_t,
    posix_spawnattr_t, size_t, ssize_t, timespec,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

/// The operation of `prctl` that tells where the functions of the kernel are. Libraries without it do without those.
const PR_GET_AUXV: u64 = 0x4155_5856;

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// Set once the clock stands still.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Nanoseconds that have passed since the clock was stopped.
static PASSED: AtomicU64 = AtomicU64::new(0);

/// The time of day at which the clock was stopped, in nanoseconds.
static TIME_OF_DAY: AtomicU64 = AtomicU64::new(0);

/// The same time by the clock that is never set.
static UPTIME: AtomicU64 = AtomicU64::new(0);

/// Turns of an idle loop in each reading of the clock: what the host did not do before.
static BURDEN: AtomicU32 = AtomicU32::new(0);

/// The path of this program, in the emulated process. The host starts itself by one that is the emulator's there.
static PROGRAM: OnceLock<CString> = OnceLock::new();

/// Makes this process behave as the emulated one. The host's compile child is the program at `program` then.
pub(crate) fn emulates(program: PathBuf) {
    PROGRAM.get_or_init(|| CString::new(program.into_os_string().into_vec()).expect("paths have no zero"));
}

/// Hides where the kernel keeps functions of its own in each process, which the emulated one lacks. Must be called
/// before there are other threads.
pub(crate) fn hide_functions_of_the_kernel() {
    let asks = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, PR_GET_AUXV);
    let rule = asks.and_then(|asks| SeccompRule::new(vec![asks])).expect("a valid rule");
    let invalid = SeccompAction::Errno(libc::EINVAL.cast_unsigned());
    let filter = SeccompFilter::new(
        BTreeMap::from([(libc::SYS_prctl, vec![rule])]),
        SeccompAction::Allow,
        invalid,
        TargetArch::x86_64,
    );
    let filter: BpfProgram = filter.and_then(TryInto::try_into).expect("a valid filter");
    seccompiler::apply_filter(&filter).expect("the kernel filters system calls");
}

/// Stops the clocks of this process.
pub(crate) fn stop_clock() {
    TIME_OF_DAY.store(by_the_kernel(libc::CLOCK_REALTIME), Ordering::SeqCst);
    UPTIME.store(by_the_kernel(libc::CLOCK_MONOTONIC), Ordering::SeqCst);
    STOPPED.store(true, Ordering::SeqCst);
}

/// Makes so much time pass.
pub(crate) fn advance(time: Duration) {
    PASSED.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::SeqCst);
}

/// Makes each reading of the clock take longer.
pub(crate) fn burden(turns: u32) {
    BURDEN.store(turns, Ordering::SeqCst);
}

/// Returns the time of a clock, in nanoseconds.
fn by_the_kernel(clock: clockid_t) -> u64 {
    let mut time = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes the time.
    unsafe { system_call(SYS_clock_gettime, [clock as usize, &raw mut time as usize, 0, 0, 0, 0]) };
    time.tv_sec.cast_unsigned() * SECOND + time.tv_nsec.cast_unsigned()
}

/// Waits by the kernel's clock.
pub(crate) fn pause(time: Duration) {
    let time = timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: i64::from(time.subsec_nanos()) };
    // SAFETY: the kernel reads the time, which outlives the call.
    unsafe { system_call(SYS_clock_nanosleep, [libc::CLOCK_MONOTONIC as usize, 0, &raw const time as usize, 0, 0, 0]) };
}

/// Reads a clock.
#[unsafe(no_mangle)]
extern "C" fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int {
    for turn in 0..BURDEN.load(Ordering::Relaxed) {
        std::hint::black_box(turn);
    }
    if !STOPPED.load(Ordering::Relaxed) {
        // SAFETY: the arguments are those of the same function of the kernel.
        return unsafe { system_call(SYS_clock_gettime, [clock as usize, time as usize, 0, 0, 0, 0]) } as c_int;
    }
    let stopped_at = match clock {
        libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE => TIME_OF_DAY.load(Ordering::Relaxed),
        _ => UPTIME.load(Ordering::Relaxed),
    };
    let now = stopped_at + PASSED.load(Ordering::Relaxed);
    let now = timespec { tv_sec: (now / SECOND).cast_signed(), tv_nsec: (now % SECOND).cast_signed() };
    // SAFETY: the caller has room for a time.
    unsafe { time.write(now) };
    0
}

/// Sleeps; for ever, once the clock stands still.
#[unsafe(no_mangle)]
extern "C" fn clock_nanosleep(clock: clockid_t, flags: c_int, time: *const timespec, left: *mut timespec) -> c_int {
    while STOPPED.load(Ordering::Relaxed) {
        pause(Duration::from_secs(3_600));
    }
    // SAFETY: the arguments are those of the same function of the kernel.
    (unsafe { system_call(SYS_clock_nanosleep, [clock as usize, flags as usize, time as usize, left as usize, 0, 0]) })
        as c_int
}

/// Waits for events; without a limit in time, once the clock stands still.
#[unsafe(no_mangle)]
extern "C" fn epoll_wait(epoll: c_int, events: *mut epoll_event, most: c_int, timeout: c_int) -> c_int {
    let timeout = if timeout > 0 && STOPPED.load(Ordering::Relaxed) { -1 } else { timeout };
    // SAFETY: the arguments are those of the same function of the kernel.
    (unsafe { system_call(SYS_epoll_wait, [epoll as usize, events as usize, most as usize, timeout as usize, 0, 0]) })
        as c_int
}

/// Makes a system call. Waits for a lock have no limit in time, once the clock stands still: the instant at which they
/// end has passed by the kernel's clock, and would be waited for over and over.
#[unsafe(no_mangle)]
unsafe extern "C" fn syscall(
    number: c_long,
    first: usize,
    second: usize,
    third: usize,
    timeout: usize,
    fifth: usize,
    sixth: usize,
) -> c_long {
    let is_wait = number == SYS_futex && matches!(second as c_int & FUTEX_CMD_MASK, FUTEX_WAIT | FUTEX_WAIT_BITSET);
    let timeout = if is_wait && STOPPED.load(Ordering::Relaxed) { 0 } else { timeout };
    // SAFETY: the arguments are those of the same function, and a wait needs no timeout.
    unsafe { system_call(number, [first, second, third, timeout, fifth, sixth]) }
}

/// Makes a system call by the function of the C library.
unsafe fn system_call(number: c_long, arguments: [usize; 6]) -> c_long {
    static NEXT: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
    if NEXT.load(Ordering::Relaxed).is_null() {
        // SAFETY: the name ends with a zero.
        NEXT.store(unsafe { dlsym(RTLD_NEXT, c"syscall".as_ptr()) }, Ordering::Relaxed);
    }
    let [a, b, c, d, e, f] = arguments;
    // SAFETY: the next definition of the name is that of the C library, which takes its arguments as if they were of
    // this type.
    let next: SystemCall = unsafe { transmute(NEXT.load(Ordering::Relaxed)) };
    // SAFETY: the caller has checked the arguments.
    unsafe { next(number, a, b, c, d, e, f) }
}

/// The type of `syscall`, as it is called.
type SystemCall = unsafe extern "C" fn(c_long, usize, usize, usize, usize, usize, usize) -> c_long;

/// Fills `bytes`: in the emulated process always the same, so that the seeds of hash tables are.
#[unsafe(no_mangle)]
extern "C" fn getrandom(bytes: *mut c_void, length: size_t, flags: c_uint) -> ssize_t {
    if PROGRAM.get().is_none() {
        // SAFETY: the arguments are those of the same function of the kernel.
        return unsafe { system_call(SYS_getrandom, [bytes as usize, length, flags as usize, 0, 0, 0]) } as ssize_t;
    }
    // SAFETY: the caller has room for so many bytes.
    unsafe { bytes.cast::<u8>().write_bytes(0x5a, length) };
    length.cast_signed()
}

/// The type of `posix_spawnp`.
type Spawn = unsafe extern "C" fn(
    *mut pid_t,
    *const c_char,
    *const posix_spawn_file_actions_t,
    *const posix_spawnattr_t,
    *const *mut c_char,
    *const *mut c_char,
) -> c_int;

/// Starts a program: in the emulated process always this one, as the host starts nothing else.
#[unsafe(no_mangle)]
unsafe extern "C" fn posix_spawnp(
    pid: *mut pid_t,
    file: *const c_char,
    actions: *const posix_spawn_file_actions_t,
    attributes: *const posix_spawnattr_t,
    arguments: *const *mut c_char,
    environment: *const *mut c_char,
) -> c_int {
    let file = PROGRAM.get().map_or(file, |program| program.as_ptr());
    // SAFETY: the next definition of the name is that of the C library, which has this type.
    let spawn: Spawn = unsafe { transmute(dlsym(RTLD_NEXT, c"posix_spawnp".as_ptr())) };
    // SAFETY: the arguments are those of the same function.
    unsafe { spawn(pid, file, actions, attributes, arguments, environment) }
}
