//! Tests of a pool without its connections.

use std::task::Poll;
use std::thread::sleep;

use bytesize::ByteSize;
use futures_util::FutureExt;

use super::*;

const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

fn pool(connections: usize, per_address: Option<usize>, memory: ByteSize) -> Arc<ConnectionPool> {
    let memory = Arc::new(SharedMemory::new(memory));
    ConnectionPool::new(PoolLimits { server: "test", connections, per_address, memory }, &Requests::default())
}

fn enter(pool: &Arc<ConnectionPool>) -> Arc<ConnectionSlot> {
    pool.enter(PEER, false).expect("its address has room")
}

fn is_told_to_close(slot: &ConnectionSlot) -> bool {
    slot.told_to_close().now_or_never().is_some()
}

/// Makes every connection old enough to be displaced.
fn age() {
    sleep(LEAST_WAIT);
}

#[test]
fn the_connection_that_has_waited_longest_gives_way() {
    let pool = pool(3, None, ByteSize::mib(1));
    let [first, second, third] = [(); 3].map(|()| enter(&pool));
    // The first has had an answer since.
    assert_eq!(first.begin(false), RequestTurn::Answer);
    first.answer();
    first.flush();
    age();

    let _fourth = enter(&pool);

    assert_eq!([&first, &second, &third].map(|slot| is_told_to_close(slot)), [false, true, false]);
    assert_eq!(second.begin(false), RequestTurn::Closing);
    assert_eq!(third.begin(false), RequestTurn::Answer);
}

#[test]
fn a_connection_that_answers_never_gives_way() {
    let pool = pool(2, None, ByteSize::mib(1));
    let busy = [(); 2].map(|()| enter(&pool));
    assert!(busy.iter().all(|slot| slot.begin(false) == RequestTurn::Answer));
    age();

    let further = [(); RESERVE].map(|()| enter(&pool));

    assert!(!busy.iter().any(|slot| is_told_to_close(slot)));
    assert_eq!(pool.free(), 0);
    // The reserve is for probes.
    assert_eq!(further[0].begin(true), RequestTurn::Answer);
    assert_eq!(further[1].begin(false), RequestTurn::Full);
    assert_eq!(pool.usage().calls, 4);
}

#[tokio::test]
async fn a_slot_is_freed_when_even_the_reserve_is_taken() {
    let pool = pool(1, None, ByteSize::mib(1));
    let slots: Vec<_> = (0..=RESERVE).map(|_| enter(&pool)).collect();
    assert_eq!(pool.free(), 0);

    let closing = async {
        slots[0].told_to_close().await;
        let mut slots = slots;
        drop(slots.remove(0));
        slots
    };
    let (slots, ()) = tokio::join!(closing, pool.wait_for_slot());

    assert_eq!((pool.free(), slots.len()), (1, RESERVE));
}

#[test]
fn a_client_that_does_not_read_gives_way_after_all_that_wait() {
    let pool = pool(2, None, ByteSize::mib(1));
    let [stalled, waiting] = [(); 2].map(|()| enter(&pool));
    assert_eq!(stalled.begin(false), RequestTurn::Answer);
    stalled.answer();
    stalled.follow_write(&Poll::<()>::Pending);
    assert_eq!(pool.usage().calls, 0, "nobody works on it");
    sleep(LEAST_STALL);

    let _third = enter(&pool);
    assert_eq!([&stalled, &waiting].map(|slot| is_told_to_close(slot)), [false, true]);
    drop(waiting);
    let _fourth = enter(&pool);
    assert!(is_told_to_close(&stalled));

    stalled.flush();
    drop(stalled);
    assert_eq!(pool.connections(), (2, 2));
}

#[test]
fn a_client_that_reads_again_waits_for_its_next_answer() {
    let pool = pool(1, None, ByteSize::mib(1));
    let slot = enter(&pool);
    assert_eq!(slot.begin(false), RequestTurn::Answer);
    slot.answer();
    slot.follow_write(&Poll::<()>::Pending);
    // The next request arrives before the answer is read.
    assert_eq!(slot.begin(false), RequestTurn::Answer);

    slot.flush();
    assert_eq!(pool.usage().calls, 1, "the next request is being answered");
    slot.answer();
    slot.flush();

    assert_eq!(pool.usage().calls, 0);
    drop(slot);
    assert_eq!(pool.connections(), (0, 1));
}

#[test]
fn an_address_has_so_many_connections_and_no_more() {
    let pool = pool(10, Some(2), ByteSize::mib(1));
    let network = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 0, last, 0, 0, 1]);

    let open = [(); 2].map(|()| enter(&pool));
    assert!(pool.enter(PEER, false).is_none());
    assert!(pool.enter(IpAddr::from([192, 0, 2, 2]), false).is_some());
    let _of_network = [network(1), network(2)].map(|peer| pool.enter(peer, false).expect("its network has room"));
    assert!(pool.enter(network(3), false).is_none(), "a subscriber has a whole network");

    drop(open);
    assert!(pool.enter(PEER, false).is_some());
}

#[test]
fn partial_heads_count_and_the_oldest_gives_way() {
    let pool = pool(10, None, ByteSize::mib(1));
    let memory = Arc::clone(&pool.limits.memory);
    let [small, first, second] = [(); 3].map(|()| enter(&pool));

    assert!(small.hold_head(8 << 10));
    assert_eq!(memory.held(), 0, "each connection has a buffer of its own");
    assert!(first.hold_head(30 << 10));
    assert_eq!(memory.held(), 64 << 10);
    assert!(second.hold_head(40 << 10));
    assert!(is_told_to_close(&first) && !is_told_to_close(&second));
    drop(first);
    assert_eq!(memory.held(), 80 << 10);

    // The head is complete, and is held until its answer is written.
    assert_eq!(second.begin(false), RequestTurn::Answer);
    assert_eq!(memory.held(), 80 << 10);
    second.answer();
    second.flush();
    assert_eq!(memory.held(), 0);
    assert_eq!(pool.state().head_bytes, 0);
}

#[test]
fn a_head_for_which_there_is_no_memory_is_dropped() {
    let pool = pool(10, None, ByteSize::kib(64));
    assert!(pool.limits.memory.take(60 << 10), "calls take it");

    assert!(!enter(&pool).hold_head(9 << 10));
    assert_eq!(pool.limits.memory.held(), 60 << 10);
}

#[test]
fn a_lack_of_descriptors_costs_the_connection_that_has_waited_longest() {
    let pool = pool(10, None, ByteSize::mib(1));
    let [first, second] = [(); 2].map(|()| enter(&pool));

    pool.lack_descriptor();

    assert_eq!([&first, &second].map(|slot| is_told_to_close(slot)), [true, false]);
}

#[test]
fn a_connection_on_a_spare_descriptor_is_for_probes_alone() {
    let pool = pool(10, None, ByteSize::mib(1));
    let spare = pool.enter(PEER, true).expect("its address has room");

    assert_eq!(spare.begin(true), RequestTurn::Answer);
    assert_eq!(spare.begin(false), RequestTurn::Full);
}

#[test]
fn those_that_wait_are_told_to_close_at_the_end_and_those_that_answer_are_not() {
    let pool = pool(10, None, ByteSize::mib(1));
    let [answering, waiting] = [(); 2].map(|()| enter(&pool));
    assert_eq!(answering.begin(false), RequestTurn::Answer);

    pool.close_waiting();

    assert_eq!([&answering, &waiting].map(|slot| is_told_to_close(slot)), [false, true]);
}
