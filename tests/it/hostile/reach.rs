//! Row 15: plugins that use files, sockets and the environment, which they are not given.

use std::net::TcpListener;

use insight_tests::dummy_component;

use super::{assert_well, misbehave, rogue_and_neighbour};
use crate::host;

#[test]
fn row_15_a_guest_finds_no_file() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "read-file:/etc/passwd").said(), "not there");
    assert_eq!(misbehave(&host, "rogue", "list-files").said(), "0 directories");
}

#[test]
fn row_15_a_guest_reaches_no_socket() {
    let host = rogue_and_neighbour().start();
    let door = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    door.set_nonblocking(true).expect("a listener can be asked without waiting");
    let port = door.local_addr().expect("it listens").port();

    assert_eq!(misbehave(&host, "rogue", &format!("connect:{port}")).said(), "not permitted");
    assert_eq!(misbehave(&host, "rogue", "bind").said(), "not permitted, not permitted");

    assert!(door.accept().is_err(), "nobody knocked");
}

#[test]
fn row_15_a_guest_sees_no_environment() {
    let host = rogue_and_neighbour().start();

    assert_eq!(misbehave(&host, "rogue", "environment").said(), "0 variables, 0 arguments");
}

#[test]
fn row_15_a_guest_that_imports_what_the_host_has_not_is_refused_by_its_name() {
    let curious = dummy_component(
        "package test:curious;
         world it {
             import acme:mind/reader@1.2.0;
             include insight:provider/record-summary-provider@1.0.0;
         }
         package acme:mind@1.2.0 { interface reader { read: func() -> string; } }",
    );
    let host = host().guest("well").component("curious", &curious).start();

    assert!(host.logged("plugin not served").contains("acme:mind/reader@1.2.0"), "{}", host.log());
    assert_eq!(host.ask("curious", "1").status, 404);
    assert_well(&host);
}
