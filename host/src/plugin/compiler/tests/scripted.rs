//! Compilers whose children are shell scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

/// A compiler whose child is a shell script.
pub(super) struct Scripted {
    _folder: TempDir,
    pub(super) settings: CompileSettings,
}

pub(super) fn scripted(script: &str) -> Scripted {
    let folder = TempDir::new().expect("a temporary folder");
    let program = folder.path().join("compiler");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("it is ours");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("it is ours");
    let settings = CompileSettings { program, time: Duration::from_secs(20), ..CompileSettings::default() };
    Scripted { _folder: folder, settings }
}

/// Compiles as the only plugin.
pub(super) async fn compile(compiler: &Compiler, component: &[u8]) -> Result<Vec<u8>, CompileError> {
    compile_as("hub", compiler, component).await
}

pub(super) async fn compile_as(plugin: &str, compiler: &Compiler, component: &[u8]) -> Result<Vec<u8>, CompileError> {
    let plugin = plugin.parse().expect("lower-case kebab");
    let steps = StepReporter::unheard(&plugin);
    let claim = Claim { plugin, is_known: false, size: component.len() };
    let compiled = compiler.compile(component, &CompileMode::default(), &claim, &steps).await;
    compiled.map(|compiled| compiled.artifact)
}

impl Scripted {
    pub(super) fn with(mut self, change: impl FnOnce(&mut CompileSettings)) -> Self {
        change(&mut self.settings);
        self
    }

    pub(super) async fn compile(&self, component: &[u8]) -> Result<Vec<u8>, CompileError> {
        // Another test's child may briefly hold this script open for writing, having been forked meanwhile.
        loop {
            match compile(&Compiler::new(self.settings.clone()), component).await {
                Err(CompileError::NotStarted { cause, .. })
                    if cause.kind() == std::io::ErrorKind::ExecutableFileBusy =>
                {
                    tokio::task::yield_now().await;
                }
                compiled => return compiled,
            }
        }
    }

    pub(super) async fn error(&self) -> CompileError {
        self.compile(b"component").await.expect_err("this child does not compile")
    }
}
