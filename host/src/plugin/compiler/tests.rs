//! Tests with children of every kind. They are shell scripts, except for the last: that one is this test binary
//! itself, since limits bind the process that sets them.

mod concurrent;
mod scripted;

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use tempfile::TempDir;

use self::scripted::{Scripted, compile, compile_as, scripted};
use super::*;

#[tokio::test]
async fn the_artifact_is_what_the_child_makes_of_the_component() {
    let scripted = scripted("tr a-z A-Z");
    let component = vec![b'a'; 3 << 20];

    let artifact = scripted.compile(&component).await.expect("it compiles");

    assert_eq!(artifact, vec![b'A'; 3 << 20]);
}

#[tokio::test]
async fn the_child_is_told_its_limits_and_nothing_else() {
    let scripted = scripted(r#"echo "$# $1 $2"; pwd; env | grep -c CARGO; true"#);

    let artifact = scripted.compile(b"component").await.expect("it compiles");

    let told = String::from_utf8(artifact).expect("text");
    assert_eq!(told, "2 compile {\"seconds\":20,\"memory\":2147483648}\n/\n0\n");
}

#[tokio::test]
async fn a_refusal_is_passed_on_line_by_line_with_nothing_that_moves_a_cursor() {
    let scripted =
        scripted(r#"cat >/dev/null; printf '%s' '{"refusal":"it is a zip\nunpack \u001b[2Jit"}' >&2; exit 2"#);

    let error = scripted.error().await;

    assert!(matches!(&error, CompileError::Refused(_)), "{error:?}");
    assert_eq!(error.to_string(), "it is a zip\nunpack \\u{1b}[2Jit");
}

#[tokio::test]
async fn a_child_that_refuses_before_it_has_read_everything_is_heard() {
    let scripted = scripted(r#"printf '%s' '{"refusal":"too odd"}' >&2; exit 2"#);

    let error = scripted.compile(&vec![0; 8 << 20]).await.expect_err("it refuses");

    assert_eq!(error.to_string(), "too odd");
}

#[tokio::test]
async fn a_refusal_is_heard_after_a_warning() {
    let error = scripted(r#"printf '%s\n' 'thread panicked' '{"refusal":"too odd"}' >&2; exit 2"#).error().await;

    assert_eq!(error.to_string(), "too odd");
}

#[tokio::test]
async fn a_component_too_large_is_refused_without_a_child() {
    let scripted = scripted("exit 1").with(|settings| settings.component_size = ByteSize::b(3));

    let error = scripted.error().await;

    assert!(matches!(error, CompileError::ComponentTooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn an_artifact_too_large_ends_the_child() {
    let scripted = scripted("exec cat /dev/zero").with(|settings| settings.artifact_size = ByteSize::mib(1));

    let error = scripted.error().await;

    assert!(matches!(error, CompileError::ArtifactTooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn a_child_that_takes_too_long_is_ended_and_the_limit_named() {
    let scripted = scripted("exec sleep 3600").with(|settings| settings.time = Duration::from_millis(200));
    let begun = Instant::now();

    let error = scripted.error().await;

    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(
        error.to_string(),
        "compiling took more than 200ms: is the component meant to be this large? (limit `compile.time`)"
    );
}

#[tokio::test]
async fn a_child_that_uses_too_much_processor_time_is_ended_by_the_system() {
    let scripted = scripted("ulimit -S -t 1; while :; do :; done");

    let error = scripted.error().await;

    assert!(matches!(error, CompileError::TooSlow { .. }), "{error:?}");
}

#[tokio::test]
async fn a_child_without_memory_is_told_from_one_that_crashed() {
    let hungry = scripted("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$");
    let crashed = scripted("echo 'thread main panicked' >&2; kill -ABRT $$");

    assert!(matches!(hungry.error().await, CompileError::OutOfMemory { .. }));
    let error = crashed.error().await;
    assert!(matches!(&error, CompileError::Crashed { .. }), "{error:?}");
    assert!(error.to_string().contains("thread main panicked"), "{error}");
}

#[tokio::test]
async fn a_child_that_succeeds_with_nothing_did_not_succeed() {
    let error = scripted("exit 0").error().await;

    assert!(matches!(error, CompileError::Crashed { .. }), "{error:?}");
}

#[tokio::test]
async fn a_child_that_talks_without_end_is_drained_but_not_kept() {
    let scripted = scripted("head -c 50000000 /dev/zero >&2; echo done");

    let artifact = scripted.compile(b"component").await.expect("it compiles");

    assert_eq!(artifact, b"done\n");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let settings = CompileSettings { program: "/nonexistent/compiler".into(), ..CompileSettings::default() };

    let error = compile(&Compiler::new(settings), b"component").await.expect_err("there is no child");

    assert_eq!(error.to_string(), "the compiler /nonexistent/compiler could not be started");
}

#[tokio::test]
async fn what_the_component_is_not_at_fault_for_may_pass() {
    let hung = scripted("exec sleep 3600").with(|settings| settings.time = Duration::from_millis(200));
    let spins = scripted("while :; do :; done").with(|settings| settings.time = Duration::from_secs(1));
    let refused = scripted(r#"printf '%s' '{"refusal":"too odd"}' >&2; exit 2"#);
    let killed = scripted("kill -KILL $$");

    assert!(hung.error().await.may_pass());
    assert!(!refused.error().await.may_pass());
    assert!(killed.error().await.may_pass());
    let started = Instant::now();
    loop {
        // On a busy machine the child gets less than its time.
        if !spins.error().await.may_pass() {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "it computes all the while");
    }
}

#[tokio::test]
async fn dropping_the_future_ends_the_child() {
    let folder = TempDir::new().expect("a temporary folder");
    let pid = folder.path().join("pid");
    let scripted = scripted(&format!("echo $$ > {0}.part; mv {0}.part {0}; exec sleep 3600", pid.display()));
    let mut compiling = Box::pin(scripted.compile(b"component"));
    let started = async {
        while !pid.exists() {
            tokio::task::yield_now().await
        }
    };
    tokio::select! {
        _ = &mut compiling => panic!("the child does not end by itself"),
        () = started => {}
    }
    let child: i32 = fs::read_to_string(&pid).expect("it is there").trim().parse().expect("a number");

    drop(compiling);

    let child = rustix::process::Pid::from_raw(child).expect("no zero");
    let gone = async {
        while rustix::process::test_kill_process(child).is_ok() {
            tokio::task::yield_now().await
        }
    };
    timeout(Duration::from_secs(10), gone).await.expect("the child is gone");
}

#[test]
fn limits_survive_the_command_line() {
    let limits = ChildLimits::new(Duration::from_millis(1_200), ByteSize::gib(2));

    assert_eq!(limits.to_string().parse::<ChildLimits>().expect("it is valid"), limits);
    assert_eq!(limits, ChildLimits::new(Duration::from_secs(2), ByteSize::gib(2)), "time is rounded up");
    assert!("{}".parse::<ChildLimits>().is_err());
}

/// The child of the tests below, which start it as a process of its own.
#[test]
#[ignore = "it limits the process it runs in: the tests below start it"]
fn child() {
    let limits = ChildLimits::new(Duration::from_secs(1), ByteSize::mib(512));
    let code = run_child(&limits, false, |component| match component {
        b"grow" => Ok(vec![1; 1 << 30]),
        b"spin" => loop {
            std::hint::spin_loop();
        },
        b"crash" => panic!("an assertion"),
        b"wait" => {
            eprintln!("waiting");
            loop {
                std::thread::park();
            }
        }
        path if path.starts_with(b"/") => {
            let path = str::from_utf8(path).expect("the test sends text");
            fs::write(path, "x").map(|()| b"written".to_vec()).map_err(|error| error.to_string())
        }
        _ => Err(format!("{} bytes are no component", component.len())),
    });
    std::process::exit(if code == ExitCode::SUCCESS { 0 } else { 2 });
}

/// A compiler whose child is [`child`].
fn limited() -> Scripted {
    let this = std::env::current_exe().expect("tests run from a file");
    let name = format!("{}::child", module_path!().split_once("::").expect("a module within a crate").1);

    scripted(&format!("exec {} {name} --exact --ignored --nocapture --quiet --test-threads=1", this.display()))
}

#[tokio::test]
async fn a_limited_child_refuses_in_its_own_words() {
    assert_eq!(limited().compile(b"zip").await.expect_err("refused").to_string(), "3 bytes are no component");
}

#[tokio::test]
async fn a_panic_of_the_compiler_is_reported_without_the_paths_of_its_build() {
    let error = limited().compile(b"crash").await.expect_err("it crashes").to_string();

    assert!(error.contains("a bug of the compiler, please report it: an assertion ("), "{error}");
    assert!(error.contains("src/plugin/compiler/tests.rs:"), "{error}");
    assert!(!error.contains(env!("CARGO_MANIFEST_DIR")), "{error}");
}

#[tokio::test]
async fn a_limited_child_gets_no_more_memory_or_time_than_its_limits() {
    let error = limited().compile(b"grow").await.expect_err("past its limit");
    assert!(matches!(error, CompileError::OutOfMemory { .. }), "{error:?}");

    let error = limited().compile(b"spin").await.expect_err("past its limit");
    assert!(matches!(error, CompileError::TooSlow { .. }), "{error:?}");
}

#[tokio::test]
async fn a_limited_child_writes_no_file() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("file");

    let error = limited().compile(file.as_os_str().as_encoded_bytes()).await.expect_err("past its limit");

    assert!(error.to_string().contains("SIGXFSZ"), "{error}");
    assert_eq!(fs::read(file).expect("it can be made, and stays empty"), b"");
}

#[tokio::test]
async fn a_child_whose_host_is_gone_ends() {
    let limited = limited();
    limited.compile(b"zip").await.expect_err("the script can be started from now on");
    let mut child = Compiler::new(limited.settings.clone()).start(CompileForm::default()).expect("it starts");
    let mut stdin = child.stdin.take().expect("it was piped");
    stdin.write_all(b"wait").await.expect("it listens");
    drop(stdin);
    let mut said = [0; 7];
    child.stderr.as_mut().expect("it was piped").read_exact(&mut said).await.expect("it says `waiting`");

    drop(child.stdout.take());

    let status = timeout(Duration::from_secs(10), child.wait()).await.expect("it ends").expect("it was ours");
    assert_eq!(status.code(), Some(74));
}
