mod answering_threads;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::Waker;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use admission::CallerKey;
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::*;

/// One thread of each kind, which are watched as by the ticker.
struct Watched {
    threads: GuestThreads,
    ends: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Watched {
    fn start() -> Self {
        Self::with(true)
    }

    fn with(in_place: bool) -> Self {
        let threads = GuestThreads::start(1, in_place).expect("threads are to be had");
        let (pools, ends) = (Arc::clone(threads.pools()), Arc::new(AtomicBool::new(false)));
        let is_over = Arc::clone(&ends);
        let watcher = thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                pools.watch();
                thread::sleep(Duration::from_millis(1));
            }
        });
        Self { threads, ends, watcher: Some(watcher) }
    }

    /// Runs `work` to its end, and returns the thread on which it ended.
    fn ends_on(&self, flow: &Flow, work: impl Future<Output = ()> + Send + 'static) -> String {
        let (sender, receiver) = oneshot::channel();
        let _running = self.threads.run(flow.clone(), async move {
            work.await;
            let _ = sender.send(name());
        });
        receiver.blocking_recv().expect("it ends")
    }

    /// Runs `work` as a request does that waits for it on this thread, and returns the thread on which it ended.
    fn answered_on(&self, flow: &Flow, work: impl Future<Output = ()> + Send + 'static) -> String {
        let (sender, mut receiver) = oneshot::channel();
        let running = self.threads.run(flow.clone(), async move {
            work.await;
            let _ = sender.send(name());
        });
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        let ended = poll_fn(|context| {
            running.poll_here(context);
            Pin::new(&mut receiver).poll(context)
        });
        runtime.block_on(ended).expect("it ends")
    }

    /// Returns a plugin whose calls were brief so far.
    fn trusted(&self) -> Flow {
        let flow = new_flow();
        while !flow.is_trusted() {
            self.answered_on(&flow, async {});
        }
        flow
    }

    /// Waits until the end of a plugin's call is recorded, which follows its last line.
    fn wait_until_recorded(&self, flow: &Flow, is_long: bool) {
        while flow.is_long() != is_long {
            self.ends_on(&new_flow(), async {});
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        self.watcher.take().map(JoinHandle::join);
    }
}

fn name() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

fn new_flow() -> Flow {
    Arc::<PluginFlow>::default().of(CallerKey::Host)
}

/// Computes until it has moved to the threads for long calls, and yields at each tick as guests do.
async fn long() {
    while !name().starts_with("guest-long-") {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(1) {
            std::hint::spin_loop();
        }
        yield_now().await;
    }
}

/// Computes without a yield until it is told to end, as a long instruction does.
fn compute_until(end: &AtomicBool) {
    while !end.load(Ordering::Relaxed) {
        std::hint::spin_loop();
    }
}

#[test]
fn a_call_that_computes_for_long_moves_to_threads_that_give_way() {
    let watched = Watched::start();

    assert!(watched.ends_on(&new_flow(), async {}).starts_with("guest-0"));
    assert!(watched.ends_on(&new_flow(), long()).starts_with("guest-long-"));
}

#[test]
fn a_plugin_begins_where_its_last_call_ended() {
    let watched = Watched::start();
    let (plugin, neighbour) = (new_flow(), new_flow());
    watched.ends_on(&plugin, long());
    watched.wait_until_recorded(&plugin, true);

    assert!(watched.ends_on(&plugin, async {}).starts_with("guest-long-"), "its last call was long");
    watched.wait_until_recorded(&plugin, false);
    assert!(watched.ends_on(&plugin, async {}).starts_with("guest-0"), "its last call was brief");
    assert!(watched.ends_on(&neighbour, async {}).starts_with("guest-0"));
}

#[test]
fn the_long_calls_of_one_caller_leave_another_where_it_was() {
    let watched = Watched::start();
    let plugin = Arc::<PluginFlow>::default();
    let (one, other) = (plugin.of(CallerKey::Known(1)), plugin.of(CallerKey::Known(2)));
    watched.ends_on(&one, long());
    watched.wait_until_recorded(&one, true);

    assert!(watched.ends_on(&other, async {}).starts_with("guest-0"));
    assert!(watched.ends_on(&one, async {}).starts_with("guest-long-"));
}

#[test]
fn a_call_that_computes_without_a_yield_keeps_no_thread_from_others() {
    let watched = Watched::start();
    let (stuck, end) = (new_flow(), Arc::new(AtomicBool::new(false)));
    let its_end = Arc::clone(&end);
    let (sender, receiver) = mpsc::channel();
    let _running = watched.threads.run(stuck.clone(), async move {
        compute_until(&its_end);
        yield_now().await;
        let _ = sender.send(name());
    });

    // The only thread for brief calls is taken.
    assert!(watched.ends_on(&new_flow(), async {}).starts_with("guest-"));

    end.store(true, Ordering::Relaxed);
    assert!(receiver.recv().expect("it ends").starts_with("guest-long-"), "the rest of it gives way");
    assert!(stuck.is_long(), "and so do its plugin's next calls");
}

#[test]
fn a_caller_with_as_many_stuck_threads_as_cores_waits_for_one_of_them() {
    let watched = Watched::start();
    let (stuck, end) = (new_flow(), Arc::new(AtomicBool::new(false)));
    let (its_end, is_second_begun) = (Arc::clone(&end), Arc::new(AtomicBool::new(false)));
    let (second_begins, (sender, receiver)) = (Arc::clone(&is_second_begun), mpsc::channel());
    let _first = watched.threads.run(stuck.clone(), async move { compute_until(&its_end) });
    watched.ends_on(&new_flow(), async {});

    let _second = watched.threads.run(stuck.clone(), async move {
        second_begins.store(true, Ordering::Relaxed);
        let _ = sender.send(());
    });
    // Behind the second in the same queue.
    watched.ends_on(&new_flow(), async {});
    assert!(!is_second_begun.load(Ordering::Relaxed));

    end.store(true, Ordering::Relaxed);
    receiver.recv().expect("it runs once the first has ended");
}

#[test]
fn a_task_that_has_moved_is_cancelled_like_any_other() {
    let watched = Watched::start();
    let (moved, has_moved) = oneshot::channel();
    let (alive, is_over) = oneshot::channel::<()>();
    let running = watched.threads.run(new_flow(), async move {
        let _alive = alive;
        long().await;
        let _ = moved.send(name());
        std::future::pending().await
    });
    assert!(has_moved.blocking_recv().expect("it moves").starts_with("guest-long-"));

    drop(running);

    assert!(is_over.blocking_recv().is_err(), "it is dropped, and with it what it held");
}

#[test]
fn a_task_that_waits_behind_a_stuck_one_of_its_plugin_is_cancelled_at_once() {
    let watched = Watched::start();
    let (stuck, end) = (new_flow(), Arc::new(AtomicBool::new(false)));
    let its_end = Arc::clone(&end);
    let _first = watched.threads.run(stuck.clone(), async move { compute_until(&its_end) });
    watched.ends_on(&new_flow(), async {});
    let (alive, is_over) = oneshot::channel::<()>();
    let second = watched.threads.run(stuck.clone(), async move { drop(alive) });

    drop(second);

    assert!(is_over.blocking_recv().is_err());
    end.store(true, Ordering::Relaxed);
}

#[test]
fn timers_of_guests_fire() {
    let watched = Watched::start();

    watched.ends_on(&new_flow(), async { tokio::time::sleep(Duration::from_millis(1)).await });
}
