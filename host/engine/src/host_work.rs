//! Work of the host for which a guest waits, such as a request to a backend: it runs outside of the guest's stack.
//!
//! A host function that the guest called runs on the guest's stack. An HTTP client needs many pages of it, which are
//! returned to the kernel after each call and then provided anew. So such functions leave their work here, and whoever
//! polls the guest polls the work on its own stack.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_util::FutureExt;

/// Work that sends its result to the host function that waits for it.
type RunningWork = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The beginning of work. Its future alone may be larger than the part of a stack that is kept.
type WaitingWork = Box<dyn FnOnce() -> RunningWork + Send>;

/// The work for which the guest of one call waits now, if any: a guest waits for one function at a time.
#[derive(Clone, Default)]
pub(super) struct HostWork(Arc<Mutex<Option<WaitingWork>>>);

impl HostWork {
    /// Leaves the work that `begin` begins to whoever polls the guest, and waits for its result. Called by host
    /// functions, of calls that are polled by `beside`.
    pub(super) async fn run<T, W>(&self, begin: impl FnOnce() -> W + Send + 'static) -> T
    where
        T: Send + 'static,
        W: Future<Output = T> + Send + 'static,
    {
        let result = Arc::new(Mutex::new(None));
        let sent = Arc::clone(&result);
        let begin = move || -> RunningWork { Box::pin(begin().map(move |value| *locked(&sent) = Some(value))) };
        let before = locked(&self.0).replace(Box::new(begin));
        debug_assert!(before.is_none(), "a guest waits for one function at a time");
        // The guest is polled again as soon as the work is done, so nothing needs to be woken.
        poll_fn(|_| locked(&result).take().map_or(Poll::Pending, Poll::Ready)).await
    }

    /// Polls a guest's call, and the work for which the guest waits.
    pub(super) async fn beside<T>(&self, mut call: Pin<&mut impl Future<Output = T>>) -> T {
        let mut current: Option<RunningWork> = None;
        poll_fn(|context| {
            loop {
                if let Some(work) = &mut current {
                    match work.as_mut().poll(context) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(()) => current = None,
                    }
                }
                if let Poll::Ready(ended) = call.as_mut().poll(context) {
                    return Poll::Ready(ended);
                }
                let Some(begin) = locked(&self.0).take() else { return Poll::Pending };
                current = Some(begin());
            }
        })
        .await
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic leaves nothing half done here.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn a_function_gets_the_results_of_its_works_one_after_the_other() {
        let host = HostWork::default();

        let call = pin!(async {
            let first = host.run(|| async { 1 }).await;
            let second = host.run(|| async {
                yield_now().await;
                "two"
            });
            yield_now().await;
            (first, second.await)
        });

        assert_eq!(host.beside(call).await, (1, "two"));
    }

    #[tokio::test]
    async fn work_begins_outside_of_the_function_that_leaves_it() {
        let (host, has_begun) = (HostWork::default(), Arc::new(Mutex::new(false)));
        let begun = Arc::clone(&has_begun);
        let mut function = pin!(host.run(move || async move { *locked(&begun) = true }));

        let is_pending = poll_fn(|context| Poll::Ready(function.as_mut().poll(context).is_pending())).await;

        assert!(is_pending && !*locked(&has_begun));
        host.beside(function).await;
        assert!(*locked(&has_begun));
    }

    #[tokio::test]
    async fn work_is_dropped_with_the_call_that_waits_for_it() {
        let (host, is_alive) = (HostWork::default(), Arc::new(()));
        let held = Arc::clone(&is_alive);
        let mut function = Box::pin(host.run(move || async move {
            let _held = held;
            std::future::pending::<()>().await;
        }));
        let mut call = Box::pin(host.beside(function.as_mut()));
        poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await;

        drop(call);

        assert_eq!(Arc::strong_count(&is_alive), 1);
    }
}
