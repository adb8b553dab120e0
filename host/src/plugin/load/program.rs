//! Turns a component into a linked program: from the cache, or by the compile child.

use std::sync::Arc;

use bytesize::ByteSize;
use tracing::{debug, info, warn};

use super::error::LoadErrorKind;
use super::{LoadRequest, Loader, blocking};
use crate::plugin::cache::{CacheKey, Digest};
use crate::plugin::folder::Contents;
use crate::plugin::progress::LoadStep;
use crate::plugin::turns::Claim;
use engine::Program;
use net::chain;

impl Loader {
    /// Returns the compiled form of a component, from the cache or the compile child, linked.
    pub(super) async fn program(
        &self,
        request: &LoadRequest,
        contents: &Contents,
        digest: Digest,
    ) -> Result<Program, LoadErrorKind> {
        let key = CacheKey::of(digest, &self.fingerprint);
        if let Some(program) = self.cached(key.clone()).await {
            request.steps.is_cached();
            return Ok(program);
        }
        request.steps.is_uncached();
        let verdict = CacheKey::of(digest, &format!("{}, {}", self.fingerprint, self.compiler.fingerprint()));
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
        let compiled = self.compiler.compile(component, &request.claim(component.len()), &request.steps).await?;
        request.steps.begin(LoadStep::Linking);
        let (runtime, cache) = (Arc::clone(&self.runtime), self.cache.clone());
        blocking(move || {
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: these bytes came through a pipe from a child of our own binary, which ran
            // nothing but `runtime::compile`.
            let program = unsafe { runtime.link(&compiled) }?;
            if let Some(Err(error)) = cache.map(|cache| cache.store(&key, &compiled)) {
                warn!(error = %chain(&error), "the compiled component is not cached");
            }
            Ok(program)
        })
        .await
    }

    async fn cached(&self, key: CacheKey) -> Option<Program> {
        let (runtime, cache) = (Arc::clone(&self.runtime), Arc::clone(self.cache.as_ref()?));
        blocking(move || {
            let compiled = cache.load(&key)?;
            #[expect(unsafe_code, reason = "compiled code must be taken up somewhere")]
            // SAFETY: the cache returns only what it stored, which its key in a file that is ours
            // alone proves; and we store only what `runtime::compile` returned.
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

impl LoadRequest {
    /// Returns its claim for a turn, with the size of its component.
    pub(super) fn claim(&self, size: usize) -> Claim {
        Claim { plugin: self.id.clone(), is_known: self.is_known, size }
    }
}
