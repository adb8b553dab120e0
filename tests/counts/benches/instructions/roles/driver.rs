//! Starts the counted host under the emulator, and compares its counts.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use insight_counts::{Baseline, Change, Counts, PERMITTED, Verdict};

use super::counted::BURDENED;
use super::own_path;
use super::requests::{INSIGHTS, SETTINGS};

/// The counts that were reviewed.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.txt");

/// The longest time for all that happens under the emulator, which takes ten seconds.
const PATIENCE: Duration = Duration::from_secs(240);

/// Counts and compares, or writes the counts as the baseline. Fails if the host's instructions have changed.
pub(crate) fn run(update: bool) -> ExitCode {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    let _ = fs::remove_dir_all(&folder);
    // The host watches its folder, and files that are written beside it are none of its business.
    let [host, profiles] = ["host", "profiles"].map(|name| folder.join(name));
    fs::create_dir_all(&profiles).expect("the target folder can be written");
    prepare(&host);
    emulate(&host, &profiles);
    let mut counted = read(&profiles).into_iter().map(|(name, counts)| (name, usual(counts))).collect();
    check_the_check(&mut counted);
    let now = Baseline(counted);
    if update {
        fs::write(BASELINE, now.to_string()).expect("the baseline can be written");
        println!("written to {BASELINE}: review the difference");
        return ExitCode::SUCCESS;
    }
    let before = fs::read_to_string(BASELINE).expect("there is a baseline; `-- --update` writes one");
    compare(&before.parse().expect("the baseline is as it was written"), &now)
}

/// Makes a folder with the sample plugin and the settings of the host.
fn prepare(folder: &Path) {
    let plugins = folder.join("plugins");
    fs::create_dir_all(&plugins).expect("the target folder can be written");
    fs::write(folder.join("settings.toml"), SETTINGS).expect("the folder is new");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = Command::new(own_path())
        .arg("build")
        .arg(root.join("plugins/contoso-hub"))
        .arg("--out")
        .arg(plugins)
        // As in `.ci/run`, whose plugins are built by then.
        .env("CARGO_TARGET_DIR", root.join("target/wasm"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "the sample plugin does not build");
}

/// Runs the counted host over its folder. Its profiles are in `profiles` then.
fn emulate(folder: &Path, profiles: &Path) {
    let log = profiles.with_file_name("log");
    let profile = format!("--callgrind-out-file={}", profiles.join("profile").display());
    let begun = Instant::now();
    let mut host = Command::new(own_path())
        .args(["emulate", "valgrind", "--tool=callgrind", "-q", "--instr-atstart=no", "--dump-line=no"])
        .args(["--compress-strings=no", "--compress-pos=no", &profile])
        .arg(own_path())
        .args(["counted".as_ref(), folder])
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("TOKIO_WORKER_THREADS", "1")
        .envs(["XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"].map(|name| (name, folder)))
        .stdout(File::create(&log).expect("the folder can be written"))
        .stderr(File::options().append(true).open(&log).expect("the folder can be written"))
        .spawn()
        .expect("this program starts");
    let ended = loop {
        match host.try_wait().expect("it is a child") {
            Some(status) => break Some(status),
            None if begun.elapsed() > PATIENCE => break None,
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    if !ended.is_some_and(|status| status.success()) {
        let _ = host.kill();
        let log = fs::read_to_string(&log).unwrap_or_default();
        panic!("the host under valgrind ended with {ended:?} (is valgrind installed?), its log:\n{log}");
    }
}

/// Reads the profiles, by the name of the request.
fn read(profiles: &Path) -> BTreeMap<String, Vec<Counts>> {
    let mut counts = BTreeMap::<String, Vec<Counts>>::new();
    for file in fs::read_dir(profiles).expect("it is there") {
        let profile = fs::read_to_string(file.expect("it is there").path()).expect("callgrind writes ASCII");
        let request = profile.lines().find_map(|line| line.strip_prefix("desc: Trigger: Client Request: "));
        // The last profile is that of the end.
        let Some((_number, name)) = request.and_then(|request| request.split_once(' ')) else { continue };
        counts.entry(name.to_owned()).or_default().push(Counts::read(&profile).expect("callgrind's format"));
    }
    counts
}

/// Returns the mean of the requests in the middle: the allocator tidies up in some, and timers fall into others.
fn usual(mut counted: Vec<Counts>) -> Counts {
    counted.sort_by_key(|counts| counts.host);
    let aside = counted.len() / 4;
    Counts::mean(&counted[aside..counted.len() - aside])
}

/// Checks that growth is found, by the counts of a host whose clock takes longer to read. Takes them out.
fn check_the_check(counted: &mut BTreeMap<String, Counts>) {
    let burdened = counted.remove(BURDENED).expect("it was counted");
    let change = Change::between(&counted[INSIGHTS.name], &burdened);
    let functions = change.functions();
    let is_found =
        change.verdict() == Verdict::Grown && functions.first().is_some_and(|(name, _)| *name == "clock_gettime");
    assert!(is_found, "a slow clock was not found:\n{change}");
}

/// The remedy of a changed count.
const UPDATE: &str = "run the command again with `-- --update`";

fn compare(before: &Baseline, now: &Baseline) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for (request, now) in &now.0 {
        let Some(before) = before.0.get(request) else {
            println!("{request}: not in the baseline");
            code = ExitCode::FAILURE;
            continue;
        };
        let change = Change::between(before, now);
        println!("{request}: instructions\n{change}");
        match change.verdict() {
            Verdict::Alike => {}
            Verdict::Grown => {
                println!("  the host executes over {PERMITTED} % more. If this is meant, {UPDATE}\n");
                code = ExitCode::FAILURE;
            }
            // No failure, as a build in another folder may be inlined better.
            Verdict::Shrunk => println!("  the host executes over {PERMITTED} % fewer. To hold that, {UPDATE}\n"),
        }
    }
    code
}
