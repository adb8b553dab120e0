//! Calls on the thread that answers their request.

use super::*;

#[test]
fn the_request_runs_a_call_itself_once_the_plugins_calls_have_been_brief() {
    let watched = Watched::start();

    assert!(watched.answered_on(&new_flow(), async {}).starts_with("guest-0"), "nothing is known of it");
    assert_eq!(watched.answered_on(&watched.trusted(), async {}), name());
}

#[test]
fn a_host_that_permits_no_calls_in_place_has_none() {
    let watched = Watched::with(false);

    assert!(watched.answered_on(&watched.trusted(), async {}).starts_with("guest-0"));
}

#[test]
fn the_long_call_of_a_caller_who_never_returns_costs_a_plugin_its_trust_for_sixteen_calls() {
    let watched = Watched::start();
    let plugin = Arc::<PluginFlow>::default();
    let (gone, other) = (plugin.of(CallerKey::Known(1)), plugin.of(CallerKey::Known(2)));
    watched.ends_on(&gone, long());
    watched.wait_until_recorded(&gone, true);
    assert!(!other.is_trusted());

    while !other.is_trusted() {
        watched.answered_on(&other, async {});
    }

    assert_eq!(watched.answered_on(&other, async {}), name());
    assert!(gone.is_long());
}

#[test]
fn a_call_that_has_waited_goes_on_where_it_began() {
    let watched = Watched::start();
    let wait = async { tokio::time::sleep(Duration::from_millis(1)).await };

    assert_eq!(watched.answered_on(&watched.trusted(), wait), name());
}

#[test]
fn a_call_that_yields_early_goes_on_where_it_began() {
    let watched = Watched::start();

    assert_eq!(watched.answered_on(&watched.trusted(), yield_now()), name());
}

#[test]
fn a_call_that_computes_for_long_leaves_the_answering_thread_and_so_do_the_next() {
    let watched = Watched::start();
    let flow = watched.trusted();

    assert!(watched.answered_on(&flow, long()).starts_with("guest-long-"));
    watched.wait_until_recorded(&flow, true);

    assert!(watched.answered_on(&flow, async {}).starts_with("guest-long-"));
    watched.wait_until_recorded(&flow, false);
    assert!(watched.answered_on(&flow, async {}).starts_with("guest-0"), "a brief call is not enough");
}

#[test]
fn a_plugin_that_was_stuck_on_an_answering_thread_gets_none_for_a_while() {
    let watched = Watched::start();
    let flow = watched.trusted();
    let (end, pools) = (Arc::new(AtomicBool::new(false)), Arc::clone(watched.threads.pools()));
    let (its_end, plugin) = (Arc::clone(&end), flow.clone());
    let watcher = thread::spawn(move || {
        // The watch bars it while it is stuck.
        let begun = Instant::now();
        while plugin.is_trusted() && begun.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(1));
        }
        end.store(true, Ordering::Relaxed);
    });

    watched.answered_on(&flow, async move { compute_until(&its_end) });
    watcher.join().expect("it does not panic");

    assert_eq!(pools.held(), 1);
    watched.wait_until_recorded(&flow, true);
    for _ in 0..100 {
        watched.ends_on(&flow, async {});
    }
    assert!(watched.answered_on(&flow, async {}).starts_with("guest-0"), "its calls have been brief, and it is barred");
}

#[test]
fn a_call_of_a_request_that_has_gone_releases_what_it_holds() {
    let watched = Watched::start();
    let (alive, mut is_over) = oneshot::channel::<()>();
    let running = watched.threads.run(watched.trusted(), async move {
        let _alive = alive;
        std::future::pending().await
    });
    running.poll_here(&mut Context::from_waker(Waker::noop()));
    assert!(is_over.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));

    drop(running);

    assert!(is_over.blocking_recv().is_err());
}
