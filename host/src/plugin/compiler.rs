//! Compiles components, each in a limited child process.
//!
//! A compiler is the largest program that untrusted bytes reach: it may run for hours, use all memory or crash. So it
//! runs in a child of our own binary (`insight-host compile`), which limits its processor time, memory and output, and
//! confines itself by the kernel's means (`confine`), before it reads the first byte. It does not use the answering
//! threads.

mod barrier;
mod child;
#[cfg_attr(not(target_os = "linux"), path = "compiler/confine/elsewhere.rs")]
mod confine;
mod ended;
mod form;
#[cfg_attr(not(target_os = "linux"), path = "compiler/process/elsewhere.rs")]
mod process;
mod settings;

use std::process::Stdio;
use std::sync::Once;
use std::time::Duration;

use bytesize::ByteSize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tracing::{debug, info};

pub(crate) use self::child::{ChildLimits, run_child};
use self::ended::ChildEnd;
pub(crate) use self::ended::CompileError;
pub(crate) use self::form::CompileForm;
use self::process::{processor_time, set_apart};
pub use self::settings::CompileSettings;
use super::progress::{LoadStep, StepReporter};
use super::turns::{Claim, Turns};
use engine::{CompileMode, Compiled};
use net::os::FileFacts;

/// Bytes of a child's standard error that are kept. The rest is read and dropped.
const SAID: u64 = 64 << 10;

/// The most threads of a child. Each costs address space, which is limited.
const THREADS: usize = 4;

/// The part of its time for which a child must have computed to be at fault for being slow.
const BUSY: f64 = 0.8;

/// The time after which a compilation is long. Nearly all of them are brief.
const LONG: Duration = Duration::from_secs(5);

/// Compiles components, each in a child of its own.
#[derive(Debug)]
pub struct Compiler {
    settings: CompileSettings,
    turns: Turns,
    /// Completed once the log says what confinement of children lacks.
    told: Once,
}

impl Compiler {
    /// Creates a compiler with these settings. Starts no process yet.
    #[must_use]
    pub fn new(settings: CompileSettings) -> Self {
        let turns = Turns::new(settings.at_once, LONG);
        Self { settings, turns, told: Once::new() }
    }

    /// Returns the size of the largest component.
    pub(super) fn component_size(&self) -> ByteSize {
        self.settings.component_size
    }

    /// Returns a text that differs between compilers that may judge a component differently: by program or limits.
    pub(super) fn fingerprint(&self) -> String {
        let CompileSettings { program, time, memory, artifact_size, .. } = &self.settings;
        let program = program.metadata().map(|program| FileFacts::from(&program));
        let program = program.map(|program| (program.size(), program.modified())).unwrap_or_default();
        format!("compiled by {program:?} within {time:?}, {memory}, {artifact_size}")
    }

    /// Returns the compiled form of `component` in this mode. Dropping the future ends the child.
    ///
    /// Waiting for a turn does not count as time. A compilation that takes long begins again if others need its turn.
    ///
    /// # Errors
    ///
    /// Fails with a message for the component's author or the operator.
    pub(super) async fn compile(
        &self,
        component: &[u8],
        mode: &CompileMode,
        claim: &Claim,
        steps: &StepReporter,
    ) -> Result<Compiled, CompileError> {
        let limit = self.settings.component_size;
        if component.len() as u64 > limit.as_u64() {
            return Err(CompileError::ComponentTooLarge { size: ByteSize(component.len() as u64), limit });
        }
        let form = CompileForm::of(mode);
        let most = form.output_size(self.settings.artifact_size.as_u64());
        let input = [mode.functions.as_deref().unwrap_or_default(), component];
        loop {
            steps.begin(LoadStep::Waiting);
            let turn = self.turns.take(claim).await;
            steps.begin(LoadStep::Compiling);
            let mut child = self.start(form).map_err(|cause| self.not_started(cause))?;
            let compiling = timeout(self.settings.time, self.attend(&mut child, input, most));
            let ended = tokio::select! {
                ended = compiling => Some(ended),
                () = turn.preempted() => None,
            };
            match ended {
                Some(Ok(ended)) => {
                    let ended = ended.map_err(|cause| self.not_started(cause))?;
                    self.tell_of_confinement(&ended);
                    return ended.verdict(&self.settings, form);
                }
                Some(Err(_elapsed)) => {
                    let was_busy = self.was_busy(&child);
                    // Waits for its end, so that its memory is free before the next one starts.
                    let _ = child.kill().await;
                    return Err(CompileError::TooSlow { limit: self.settings.time, was_busy });
                }
                None => {
                    debug!(plugin = %claim.plugin, "long compilation ended for brief ones; it begins again");
                    let _ = child.kill().await;
                }
            }
        }
    }

    fn tell_of_confinement(&self, ended: &ChildEnd) {
        let lacking = ended.lacking();
        if !lacking.is_empty() {
            let lacking = lacking.join(" ");
            self.told.call_once(|| info!(lacking, "the kernel confines compile children less than it could"));
        }
    }

    /// Returns whether a child that has used up its time has computed for most of it.
    fn was_busy(&self, child: &Child) -> bool {
        let spent = child.id().and_then(processor_time);
        spent.is_some_and(|spent| spent >= self.settings.time.mul_f64(BUSY))
    }

    fn not_started(&self, cause: std::io::Error) -> CompileError {
        CompileError::NotStarted { program: self.settings.program.clone(), cause }
    }

    fn start(&self, form: CompileForm) -> std::io::Result<Child> {
        let limits = ChildLimits::new(self.settings.time, self.settings.memory);
        let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(THREADS));
        let mut command = Command::new(&self.settings.program);
        command
            .arg("compile")
            .arg(limits.to_string())
            .args((form != CompileForm::default()).then(|| form.to_string()))
            // The host's environment may hold secrets, which the child does not need.
            .env_clear()
            .env("RAYON_NUM_THREADS", threads.to_string())
            // The allocator's own threads would run before the child is confined, and not be.
            .env("_RJEM_MALLOC_CONF", "background_thread:false")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        set_apart(&mut command);
        command.spawn()
    }

    /// Sends the input, and collects the output, of at most so many bytes, until the child has ended.
    async fn attend(&self, child: &mut Child, input: [&[u8]; 2], most: u64) -> std::io::Result<ChildEnd> {
        let mut stdin = child.stdin.take().expect("it was piped");
        let stdout = child.stdout.take().expect("it was piped");
        let stderr = child.stderr.take().expect("it was piped");

        let feed = async move {
            // A child that ends before it has read everything reports the reason itself.
            for part in input {
                let _ = stdin.write_all(part).await;
            }
        };
        let take = read(stdout, most.saturating_add(1));
        let listen = async {
            let mut said = Vec::new();
            let mut stderr = stderr;
            (&mut stderr).take(SAID).read_to_end(&mut said).await?;
            tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await?;
            std::io::Result::Ok(said)
        };
        let ((), output, said) = tokio::join!(feed, take, listen);
        Ok(ChildEnd { status: child.wait().await?, output: output?, said: said? })
    }
}

/// Reads to the end, or `most` bytes and then closes the pipe, which ends a child that writes more.
async fn read(pipe: impl AsyncRead + Unpin, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
