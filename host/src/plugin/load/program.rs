//! Turns a component into a linked program: from the cache, or by the compile child.

use std::borrow::Cow;
use std::iter;
use std::path::Path;
use std::sync::Arc;

use bytesize::ByteSize;
use tracing::{debug, info, warn};

use super::error::LoadErrorKind;
use super::{LoadRequest, Loader, blocking};
use crate::plugin::cache::{Cache, CacheKey, Digest};
use crate::plugin::folder::Contents;
use crate::plugin::progress::LoadStep;
use crate::plugin::turns::Claim;
use contract::ProviderId;
use engine::{CompileMode, Compiled, CompiledCode, Program, Runtime};
use net::chain;
use net::private::MappableFile;

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
        let (runtime, cache, maps) = (Arc::clone(&self.runtime), self.cache.clone(), self.maps());
        blocking(move || {
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: these bytes came through a pipe from a child of our own binary, which ran
            // nothing but `engine::compile`.
            let program = unsafe { runtime.link(CompiledCode::Copied(&artifact)) }?;
            let Some(cache) = cache else { return Ok(program) };
            let store = if maps { Cache::store_for_good } else { Cache::store };
            let functions = functions_key.as_ref().zip(functions.as_deref());
            let stored = store(&cache, &key, &artifact)
                .and_then(|()| functions.map_or(Ok(()), |(key, functions)| cache.store(key, functions)));
            if let Err(error) = stored {
                warn!(error = %chain(&error), "the compiled component is not cached");
            }
            // The copy is in memory until then.
            let mapped = maps.then(|| cache.mappable(&key)).flatten();
            Ok(mapped.and_then(|file| taken_up(&runtime, &CachedCode::Mapped(file))).unwrap_or(program))
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

    /// Returns whether compiled code is mapped. An author's changes all the time, and would wait for the disk each time.
    fn maps(&self) -> bool {
        self.development.is_none()
    }

    async fn cached(&self, key: CacheKey) -> Option<Program> {
        let (runtime, cache, maps) = (Arc::clone(&self.runtime), Arc::clone(self.cache.as_ref()?), self.maps());
        blocking(move || {
            let mapped = maps.then(|| cache.mappable(&key)).flatten().map(CachedCode::Mapped);
            // Read only if there is nothing to map, or the system does not map it as code.
            let copied = iter::once_with(|| cache.load(&key)).flatten().map(CachedCode::Copied);
            mapped.into_iter().chain(copied).find_map(|code| taken_up(&runtime, &code))
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

/// A compiled component of the cache.
enum CachedCode {
    Copied(Vec<u8>),
    Mapped(MappableFile),
}

/// Returns a linked component of the cache; `None` if it does not fit or cannot be mapped.
fn taken_up(runtime: &Runtime, code: &CachedCode) -> Option<Program> {
    let compiled = match code {
        CachedCode::Copied(bytes) => CompiledCode::Copied(bytes),
        CachedCode::Mapped(file) => CompiledCode::Mapped(file.path()),
    };
    #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
    // SAFETY: the cache returns only what it stored, which its key in a folder that is ours alone proves; and we store
    // only what `engine::compile` returned. A file that it returns to be mapped begins with that, as it has verified on
    // the descriptor to which the path leads; nothing writes to it, for the reasons that `cache` states.
    let linked = unsafe { runtime.link(compiled) };
    linked.inspect_err(|error| debug!(error = %chain(error), "the cached component does not fit")).ok()
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
