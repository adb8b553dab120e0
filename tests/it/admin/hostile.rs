//! Row 16 of the catalogue of hostile requests: requests to the admin API.

use std::thread;

use insight_tests::{Admin, Wire, wait_for};

use crate::{QUICK, host};

/// Every route, and one that does not exist.
const ROUTES: [(&str, &str); 13] = [
    ("GET", "/metrics"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/api/plugins"),
    ("GET", "/api/plugins/well"),
    ("GET", "/api/status"),
    ("GET", "/api/openapi.json"),
    ("POST", "/api/plugins/well/reload"),
    ("POST", "/api/plugins/well/disable"),
    ("POST", "/api/plugins/well/enable"),
    ("POST", "/api/plugins/well/rollback"),
    ("POST", "/api/reload"),
    ("GET", "/nothing"),
];

/// The concurrent reloads, fewer than the admin API's connections.
const STORM: usize = 50;

/// Sends a request with these headers, each a line, and returns the whole answer.
fn ask(admin: &Admin, method: &str, target: &str, headers: &str) -> String {
    let mut wire = Wire::connect(admin.address);
    wire.send(format!("{method} {target} HTTP/1.1\r\nconnection: close\r\n{headers}\r\n"));
    wire.read_to_end()
}

/// The status in an answer.
fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn row_16_requests_without_the_token_get_401() {
    let host = host().guest("well").start();
    let admin = host.admin();
    let wrong = "f".repeat(64);
    let almost = &admin.token[..63];

    for (method, target) in ROUTES {
        for authorization in [
            String::new(),
            format!("authorization: Bearer {wrong}\r\n"),
            format!("authorization: Bearer {almost}\r\n"),
            format!("authorization: Basic {}\r\n", admin.token),
            format!("authorization: {}\r\n", admin.token),
        ] {
            let answer = ask(&admin, method, target, &format!("host: {}\r\n{authorization}", admin.address));

            assert_eq!(status(&answer), "401", "{target}: {answer}");
            assert!(answer.contains("www-authenticate: Bearer\r\n"), "{answer}");
            assert!(answer.contains("\"errorCode\":\"INVALID_TOKEN_SPECIFIED\""), "{answer}");
        }
    }
    let token = &admin.token;
    let let_in =
        ask(&admin, "GET", "/healthz", &format!("host: {}\r\nauthorization: bearer {token}\r\n", admin.address));
    assert_eq!(status(&let_in), "200");
}

#[test]
fn row_16_requests_of_web_pages_get_403_whatever_their_origin() {
    let host = host().guest("well").start();
    let admin = host.admin();
    let Admin { address, token } = &admin;

    for (method, target) in ROUTES {
        for origin in ["https://evil.example", "null", &format!("http://{address}")] {
            let headers = format!("host: {address}\r\nauthorization: Bearer {token}\r\norigin: {origin}\r\n");
            let answer = ask(&admin, method, target, &headers);

            assert_eq!(status(&answer), "403", "{target} of {origin}: {answer}");
            assert!(!answer.contains("access-control-allow"), "{answer}");
        }
    }
}

#[test]
fn row_16_requests_by_a_name_that_was_led_here_get_403() {
    let host = host().guest("well").start();
    let admin = host.admin();
    let Admin { address, token } = &admin;
    let port = address.port();
    let by = |host: &str, target: &str| {
        let headers = format!("host: {host}\r\nauthorization: Bearer {token}\r\n");
        ask(&admin, "GET", target, &headers)
    };

    for name in
        [&format!("evil.example:{port}"), "evil.example", "localhost", "127.0.0.1", &format!("127.0.0.2:{port}")]
    {
        assert_eq!(status(&by(name, "/api/plugins")), "403", "{name}");
    }
    let absolute = format!("http://evil.example:{port}/api/plugins");
    assert_eq!(status(&by(&address.to_string(), &absolute)), "403");
    for name in [address.to_string(), format!("localhost:{port}")] {
        assert_eq!(status(&by(&name, "/api/plugins")), "200", "{name}");
    }
}

#[test]
fn row_16_a_gigabyte_gets_413_before_it_is_held() {
    let host = host().guest("well").start();
    let admin = host.admin();
    let Admin { address, token } = &admin;
    let known = format!("host: {address}\r\nauthorization: Bearer {token}\r\n");
    let before = host.memory();

    let declared = ask(&admin, "POST", "/api/reload", &format!("{known}content-length: 1073741824\r\n"));
    assert_eq!(status(&declared), "413", "{declared}");
    let stranger = ask(&admin, "POST", "/api/reload", &format!("host: {address}\r\ncontent-length: 1073741824\r\n"));
    assert_eq!(status(&stranger), "401", "{stranger}");

    // Without a length, the host reads up to its limit. It may close the connection before its answer is read.
    let request = format!("POST /api/reload HTTP/1.1\r\n{known}transfer-encoding: chunked\r\n\r\n");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    let answer = wait_for("an answer", || {
        let mut wire = Wire::connect(*address);
        wire.send(&request);
        let mut writer = wire.again();
        let answer = thread::scope(|scope| {
            scope.spawn(|| (0..1 << 14).take_while(|_| writer.try_send(&chunk)).count());
            wire.read_to_end()
        });
        (!answer.is_empty()).then_some(answer)
    });
    assert_eq!(status(&answer), "413", "{answer}");

    host.wait_for_memory(before);
    assert_eq!(host.ask_admin("GET", "/healthz").status, 200);
}

#[test]
fn row_16_a_reload_storm_leads_to_one_load_after_the_one_under_way() {
    // Each load takes as long as a call may, as the plugin's `init` never ends.
    let settings = QUICK.replace("200_000_000", "20_000_000_000");
    let host = host().guest("prepares").author("prepares", "[config]\ninit = \"hangs\"").settings(&settings).start();
    let Admin { address, token } = host.admin();
    let loads = "insight_host_plugin_loads_total{result=\"refused\"}";
    let before = host.metric(loads);

    let mut storm: Vec<Wire> = (0..STORM).map(|_| Wire::connect(address)).collect();
    host.while_it_stands_still(|| {
        for wire in &mut storm {
            wire.send(format!(
                "POST /api/plugins/prepares/reload HTTP/1.1\r\nhost: {address}\r\n\
                 authorization: Bearer {token}\r\nconnection: close\r\n\r\n"
            ));
        }
    });

    for wire in &mut storm {
        let answer = wire.read_to_end();
        assert!(answer.contains("\"result\":\"refused\""), "{answer}");
    }
    assert!(host.metric(loads) - before <= 3.0, "{} loads", host.metric(loads) - before);
}
