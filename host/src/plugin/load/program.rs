//! Turns a component into a linked program: from the cache, or by the compile child.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use bytesize::ByteSize;
use tracing::{debug, info, warn};

use super::error::LoadErrorKind;
use super::{LoadRequest, Loader, blocking};
use crate::plugin::cache::{CacheKey, Digest};
use crate::plugin::folder::Contents;
use crate::plugin::progress::LoadStep;
use crate::plugin::turns::Claim;
use contract::ProviderId;
use engine::{CompileMode, Compiled, Program};
use net::chain;

impl Loader {
    /// Returns the compiled form of a component, from the cache or the compile child, linked.
    pub(super) async fn program(
        &self,
        request: &LoadRequest,
        contents: &Contents,
        digest: Digest,
    ) -> Result<Program, LoadErrorKind> {
        let engine = self.engine_for(request);
        let key = CacheKey::of(digest, &engine);
        if let Some(program) = self.cached(key.clone()).await {
            request.steps.is_cached();
            return Ok(program);
        }
        request.steps.is_uncached();
        let verdict = CacheKey::of(digest, &format!("{engine}, {}", self.compiler.fingerprint()));
        if !request.retries
            && let Some(message) = self.remembered(verdict.clone()).await
        {
            return Err(LoadErrorKind::Remembered(message));
        }
        let made = self.compile(request, contents, digest, key).await;
        if let Err(LoadErrorKind::Compile(error)) = &made
            && !error.may_pass()
        {
            self.remember(verdict, error.to_string()).await;
        }
        made
    }

    async fn compile(
        &self,
        request: &LoadRequest,
        contents: &Contents,
        digest: Digest,
        key: CacheKey,
    ) -> Result<Program, LoadErrorKind> {
        let component = &contents.component;
        let (short, size) = (digest.short(), ByteSize::b(component.len() as u64));
        info!(plugin = %request.id, digest = short, %size, "compiling a component that is not in the cache");
        let functions_key = self.development.as_ref().map(|_| CacheKey::of_functions(&self.engine_for(request)));
        let functions = match functions_key.clone() {
            Some(key) => Some(self.functions(key).await),
            None => None,
        };
        let mode = CompileMode { source_lines: self.runtime.shows_source_lines(), functions };
        let claim = request.claim(component.len());
        let Compiled { artifact, functions } = self.compiler.compile(component, &mode, &claim, &request.steps).await?;
        request.steps.begin(LoadStep::Linking);
        let (runtime, cache) = (Arc::clone(&self.runtime), self.cache.clone());
        blocking(move || {
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: these bytes came through a pipe from a child of our own binary, which ran
            // nothing but `engine::compile`.
            let program = unsafe { runtime.link(&artifact) }?;
            let functions = functions_key.as_ref().zip(functions.as_deref());
            for (key, artifact) in [(&key, artifact.as_slice())].into_iter().chain(functions) {
                if let Some(Err(error)) = cache.as_ref().map(|cache| cache.store(key, artifact)) {
                    warn!(error = %chain(&error), "the compiled component is not cached");
                }
            }
            Ok(program)
        })
        .await
    }

    fn engine_for(&self, request: &LoadRequest) -> Cow<'_, str> {
        let project = self.development.as_ref().map(|development| &*development.project);
        engine_for(&self.fingerprint, project, &request.id)
    }

    /// Returns the functions that the compilation before has left for the next; empty if there are none.
    async fn functions(&self, key: CacheKey) -> Vec<u8> {
        let Some(cache) = self.cache.clone() else { return Vec::new() };
        blocking(move || cache.load(&key)).await.unwrap_or_default()
    }

    async fn cached(&self, key: CacheKey) -> Option<Program> {
        let (runtime, cache) = (Arc::clone(&self.runtime), Arc::clone(self.cache.as_ref()?));
        blocking(move || {
            let compiled = cache.load(&key)?;
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: the cache returns only what it stored, which its key in a file that is ours
            // alone proves; and we store only what `engine::compile` returned.
            let linked = unsafe { runtime.link(&compiled) };
            linked
                .inspect_err(
                    |error| debug!(error = %chain(error), "the cached component does not fit; compiling it again"),
                )
                .ok()
        })
        .await
    }

    async fn remembered(&self, key: CacheKey) -> Option<String> {
        let cache = Arc::clone(self.cache.as_ref()?);
        blocking(move || cache.rejection(&key)).await
    }

    async fn remember(&self, key: CacheKey, message: String) {
        let Some(cache) = self.cache.clone() else { return };
        if let Err(error) = blocking(move || cache.reject(&key, &message)).await {
            warn!(error = %chain(&error), "the rejection of the component is not remembered");
        }
    }
}

/// Returns the text by which the cache tells apart what is compiled for this engine.
///
/// What is compiled incrementally is kept for one plugin of one project: a compile child that an earlier version has
/// taken over may have left any functions, and the next version may be a copy of another plugin's component.
fn engine_for<'a>(fingerprint: &'a str, project: Option<&Path>, plugin: &ProviderId) -> Cow<'a, str> {
    match project {
        Some(project) => format!("{fingerprint}, plugin {plugin} of {project:?}").into(),
        None => fingerprint.into(),
    }
}

impl LoadRequest {
    /// Returns its claim for a turn, with the size of its component.
    pub(super) fn claim(&self, size: usize) -> Claim {
        Claim { plugin: self.id.clone(), is_known: self.is_known, size }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_is_compiled_incrementally_is_kept_for_one_plugin_of_one_project() {
        let (hub, notes): (ProviderId, ProviderId) = ("hub".parse().expect("kebab"), "notes".parse().expect("kebab"));
        let (here, there) = (Some(Path::new("/here")), Some(Path::new("/there")));
        let engines = [(None, &hub), (here, &hub), (here, &notes), (there, &hub)]
            .map(|(project, plugin)| engine_for("engine", project, plugin));

        let component = Digest::of(b"the same component");
        let artifacts = engines.iter().map(|engine| CacheKey::of(component, engine));
        let functions = engines.iter().map(|engine| CacheKey::of_functions(engine));

        assert_eq!(artifacts.chain(functions).collect::<HashSet<_>>().len(), 2 * engines.len());
        assert_eq!(engine_for("engine", None, &hub), engine_for("engine", None, &notes));
    }
}
