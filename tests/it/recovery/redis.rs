//! A Redis that is gone for a minute.

use std::thread::sleep;

use insight_tests::wait_for;

use super::{GONE, Load, OK, said, told};
use crate::host;
use crate::key_value::redis::Redis;

#[test]
#[ignore = "it takes minutes: `.ci/slow recovery` runs it"]
fn plugins_do_without_a_redis_that_is_gone_and_use_it_when_it_is_back() {
    let Some(mut redis) = Redis::start() else { return };
    // The default time, and no suspension of the plugin.
    let settings = format!("[load]\nsuspend-after = 0\n{}", redis.settings()).replace("time = \"2s\"\n", "");
    let host = host().guest("rogue").settings(&settings).start();
    let kept = OK.replace("recordId=ok", "recordId=kept:a");
    assert_eq!(said(&host, "keep:a=1"), "done");
    let load = Load::start(host.address(), &kept);
    load.wait_for_answers();

    redis.stop();
    sleep(GONE / 2);
    assert_eq!(said(&host, "kept:a"), "unavailable");
    sleep(GONE / 2);
    load.wait_for_answers();
    let gone = told(&host, "key-value store unavailable");
    redis.start_again();

    wait_for("the store", || (said(&host, "keep:b=2") == "done").then_some(()));
    assert_eq!(said(&host, "kept:b"), "kept 2");
    let back = told(&host, "key-value store available again");
    load.wait_for_answers();
    load.end_unnoticed("Redis gone for a minute", &format!("{gone}; {back}"));
}
