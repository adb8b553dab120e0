//! Confinement of the compile child by the kernel: a compiler that a component has taken over can compute and write its
//! result, and nothing else. `child` limits memory and time, by [`CompileSettings`](super::CompileSettings).
//!
//! Landlock denies all files and ports, and signals to other processes. The filter of system calls (seccomp) is a list
//! of what compiling takes, without anything that opens a file or a socket, starts a program or maps executable memory.
//! Others fail as not permitted, in place of ending the child: another version of a library may try some and do
//! without.
//!
//! Both hold for the calling thread and those that it starts.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};

use super::barrier::Barrier;

type AnyError = Box<dyn Error + Send + Sync>;

/// The newest version of Landlock whose rights are denied, as far as the kernel knows them.
const KNOWN: ABI = ABI::V6;

/// System calls that compiling takes: memory, threads, clocks, signals of its own, and its three pipes.
const ALLOWED: [i64; 36] = [
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    // Answered as missing, see `without_clone3`.
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_getcpu,
    libc::SYS_mincore,
];

/// Confines the calling thread and those that it starts, for good. Returns the barriers that are lacking: all, if the process
/// has another thread already, which would not be confined.
pub(super) fn confine() -> Vec<Barrier> {
    if !is_single_threaded() {
        return Barrier::ALL.into();
    }
    let confined = [(Barrier::Landlock, deny_files().unwrap_or(false)), (Barrier::Seccomp, filter_calls().is_ok())];
    confined.into_iter().filter(|(_, is_confined)| !is_confined).map(|(barrier, _)| barrier).collect()
}

/// Returns whether this process has no other thread.
fn is_single_threaded() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

/// Denies all files, ports and processes. Returns whether the kernel does so.
fn deny_files() -> Result<bool, AnyError> {
    let denied = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .restrict_self()?;
    Ok(denied.ruleset != RulesetStatus::NotEnforced)
}

/// Permits only the system calls of the list.
fn filter_calls() -> Result<(), AnyError> {
    apply_filter(&without_clone3()?)?;
    Ok(apply_filter(&only_allowed()?)?)
}

/// Returns the filter by which `clone3` is missing: its flags are out of a filter's reach, and libraries then use
/// `clone`.
fn without_clone3() -> Result<BpfProgram, AnyError> {
    let rules = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let missing = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, missing, architecture()?)?.try_into()?)
}

fn only_allowed() -> Result<BpfProgram, AnyError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.into_iter().map(|call| (call, Vec::new())).collect();
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_poll, Vec::new());
    rules.extend([
        (libc::SYS_clone, vec![rule(0, masked(libc::CLONE_THREAD), libc::CLONE_THREAD)?]),
        (libc::SYS_mmap, vec![rule(2, masked(libc::PROT_EXEC), 0)?]),
        (libc::SYS_mprotect, vec![rule(2, masked(libc::PROT_EXEC), 0)?]),
        // The name of a thread, and that of a mapping.
        (
            libc::SYS_prctl,
            vec![rule(0, SeccompCmpOp::Eq, libc::PR_SET_NAME)?, rule(0, SeccompCmpOp::Eq, libc::PR_SET_VMA)?],
        ),
        // Reading a limit. A new one would be the third argument.
        (libc::SYS_prlimit64, vec![rule(2, SeccompCmpOp::MaskedEq(u64::MAX), 0)?]),
        // Its own end by `abort`.
        (libc::SYS_tgkill, vec![rule(0, SeccompCmpOp::Eq, std::process::id().cast_signed())?]),
    ]);
    let denied = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    Ok(SeccompFilter::new(rules, denied, SeccompAction::Allow, architecture()?)?.try_into()?)
}

fn architecture() -> Result<TargetArch, AnyError> {
    Ok(TargetArch::try_from(std::env::consts::ARCH)?)
}

fn masked(bits: i32) -> SeccompCmpOp {
    SeccompCmpOp::MaskedEq(u64::from(bits.cast_unsigned()))
}

/// Returns the rule that the argument `index`, a number of 32 bits or the mask of a longer one, compares with `value`.
fn rule(index: u8, compares: SeccompCmpOp, value: i32) -> Result<SeccompRule, AnyError> {
    let length = match compares {
        SeccompCmpOp::MaskedEq(_) => SeccompCmpArgLen::Qword,
        _ => SeccompCmpArgLen::Dword,
    };
    let value = u64::from(value.cast_unsigned());
    Ok(SeccompRule::new(vec![SeccompCondition::new(index, length, compares, value)?])?)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::ErrorKind;
    use std::net::TcpListener;
    use std::process::Command;
    use std::thread;

    use super::*;

    /// Runs `work` on a thread that is confined by `confined`.
    fn on_a_thread<T: Send>(confined: impl FnOnce() -> bool + Send, work: impl FnOnce() -> T + Send) -> Option<T> {
        thread::scope(|scope| scope.spawn(|| confined().then(work)).join().expect("it does not panic"))
    }

    #[test]
    fn the_filter_denies_files_sockets_and_programs_and_permits_memory_and_threads() {
        let program = std::env::current_exe().expect("tests are a program");

        let kinds = on_a_thread(
            || filter_calls().is_ok(),
            || {
                let threads = thread::scope(|scope| scope.spawn(|| vec![1_u8; 64 << 20].len()).join().ok());
                let opened = File::open("/proc/self/status").map(|_| ());
                let bound = TcpListener::bind("127.0.0.1:0").map(|_| ());
                let started = Command::new(program).arg("--list").status().map(|_| ());
                (threads, [opened, bound, started].map(|result| result.map_err(|error| error.kind())))
            },
        );

        let Some((threads, denied)) = kinds else { panic!("every kernel that runs the host has seccomp") };
        assert_eq!(threads, Some(64 << 20));
        assert_eq!(denied, [Err(ErrorKind::PermissionDenied); 3]);
    }

    #[test]
    fn landlock_denies_files_and_ports_where_the_kernel_has_it() {
        let denied = on_a_thread(
            || deny_files().unwrap_or(false),
            || File::open("/proc/self/status").map(|_| ()).map_err(|error| error.kind()),
        );

        match denied {
            Some(denied) => assert_eq!(denied, Err(ErrorKind::PermissionDenied)),
            None => eprintln!("SKIPPED: this kernel has no Landlock"),
        }
    }
}
