//! Errors in settings, and their messages.

use super::*;

/// Settings files with one error, and the parts of its message: location, key and remedy.
const WRONG: &[(&str, [&str; 3])] = &[
    ("[limits]\nmemroy = \"32MiB\"", ["toml:2:1", "`limits.memroy`", "did you mean `limits.memory`?"]),
    ("[limit]\ntime = \"1s\"", ["toml:1:2", "`limit`", "did you mean `limits`?"]),
    ("listen = \"127.0.0.1:1\"", ["toml:1:1", "`listen`", "did you mean `http.listen` or `admin.listen`?"]),
    ("[http]\ncolour = 1", ["toml:2:1", "`http.colour`", "`http` has listen, base-path"]),
    ("[http]\nhead_time = \"1s\"", ["toml:2:1", "`http.head_time`", "did you mean `http.head-time`?"]),
    ("[plugins.a]\ngrant = {}", ["toml:2:1", "`plugins.a.grant`", "did you mean `plugins.a.grants`?"]),
    ("[plugins.a.grants]\nsecret = {}", ["toml:2:1", "`plugins.a.grants.secret`", "`plugins.a.grants.secrets`?"]),
    ("[limits]\ntime = 4", ["toml:2:1", "`limits.time`", "must be text in quotes; the default is \"4s\""]),
    ("[limits]\ntime = \"4\"", ["toml:2:1", "`limits.time`", "a time such as \"250ms\""]),
    ("[limits]\ntime = \"5s\"", ["toml:2:1", "`limits.time`", "above the host's maximum of 4250 ms"]),
    ("[limits]\nmemory = \"lots\"", ["toml:2:1", "`limits.memory`", "a size such as \"64MiB\""]),
    ("[limits]\nmemory = \"1GiB\"", ["toml:2:1", "`limits.memory`", "above the host's maximum of 512.0 MiB"]),
    ("[limits]\nfuel = 0", ["toml:2:1", "`limits.fuel`", "at least 1; the default is 5000000000"]),
    ("[limits]\nfuel = 1.5", ["toml:2:1", "`limits.fuel`", "must be a whole number; the default is 5000000000"]),
    ("limits = 5", ["toml:1:1", "`limits`", "must be a table"]),
    ("order = \"contoso-hub\"", ["toml:1:1", "`order`", "must be a list"]),
    ("order = [\"Contoso Hub\"]", ["toml:1:10", "`order[0]`", "`contoso-hub`"]),
    ("time-zone = \"+02:00\"", ["toml:1:1", "`time-zone`", "the name of a time zone, such as"]),
    ("[plugins.a.grants]\nuser-name = true", ["toml:2:1", "`plugins.a.grants.user-name`", "needs `caller = true`"]),
    ("[http-client]\nsuspend-at-most = \"1ms\"", ["toml:2:1", "`http-client.suspend-at-most`", "from 1s to 1h"]),
    ("[plugins.Contoso]\nrate = \"1/s\"", ["toml:1:10", "`plugins.Contoso`", "`contoso`"]),
    ("[plugins.a]\nrate = \"50\"", ["toml:2:1", "`plugins.a.rate`", "a rate such as \"50/s\""]),
    ("[plugins.a]\nrate = { brust = 1, per-second = 1 }", ["toml:2:10", "`plugins.a.rate.brust`", "rate.burst`?"]),
    ("[plugins.a]\ncalls-at-once = 0", ["toml:2:1", "`plugins.a.calls-at-once`", "at least 1"]),
    ("[plugins.a.config]\nx = [1]", ["toml:2:1", "`plugins.a.config.x`", "must be text in quotes or a whole number"]),
    (
        "[plugins.a.grants]\nhttp = [{ origin = \"https://a.com/v1\" }]",
        ["toml:2:11", "`plugins.a.grants.http[0].origin`", "more than a scheme"],
    ),
    ("[plugins.a.grants]\nhttp = [{ methods = [] }]", ["toml:2:9", "`plugins.a.grants.http[0]`", "`origin`"]),
    ("[plugins.a.grants]\nkey-value = \"mine\"", ["toml:2:1", "`plugins.a.grants.key-value`", "`per-tenant`"]),
    ("[plugins.a.grants]\ncaller = \"yes\"", ["toml:2:1", "`plugins.a.grants.caller`", "true or false"]),
    (
        "[plugins.a.grants.secrets.t]\nreadable = true",
        ["toml:1:27", "`plugins.a.grants.secrets.t`", "`env` and `file`"],
    ),
    (
        "[http]\npublic-name = \"https://api.contoso.com\"",
        ["toml:2:1", "`http.public-name`", "a host name, with port and path"],
    ),
    ("[http]\nlisten = \"localhost\"", ["toml:2:1", "`http.listen`", "the default is \"127.0.0.1:8080\""]),
    ("[http]\nconnections = 0", ["toml:2:1", "`http.connections`", "from 1 to 1000000"]),
    ("[http]\nbody-time = \"1m\"", ["toml:2:1", "`http.body-time`", "from 100 to 4500 ms"]),
    ("[admin]\nlisten = \"no\"", ["toml:2:1", "`admin.listen`", "or `off`"]),
    ("[load]\nwait = \"2s\"", ["toml:2:1", "`load.wait`", "at most 1000 ms"]),
    ("[load]\nsuspend-at-most = \"1ms\"", ["toml:2:1", "`load.suspend-at-most`", "from 1s to 1h"]),
    ("[load]\ncaller-rate = \"1/m\"", ["toml:2:1", "`load.caller-rate`", "a rate such as \"50/s\""]),
    ("[merge]\nwait-limit = \"5s\"", ["toml:2:1", "`merge.wait-limit`", "from 10 to 4500 ms"]),
    ("[runtime]\nmemory = \"1MiB\"", ["toml:2:1", "`runtime.memory`", "at least 16.0 MiB"]),
    ("[compile]\nat-once = 100", ["toml:2:1", "`compile.at-once`", "from 1 to 64"]),
    ("[http-client]\nconnect-time = \"3s\"", ["toml:2:1", "`http-client.connect-time`", "maximum of 2000 ms"]),
    ("[http-client]\nrequest-body = \"17MiB\"", ["toml:2:1", "`http-client.request-body`", "maximum of 16.0 MiB"]),
    ("[http-client]\nproxy = \"socks5://a:1\"", ["toml:2:1", "`http-client.proxy`", "must be a URL such as"]),
    ("[fetch]\nproxy = \"https://a/b\"", ["toml:2:1", "`fetch.proxy`", "or \"off\""]),
    ("[http-client]\nrequests-at-once = 0", ["toml:2:1", "`http-client.requests-at-once`", "from 1 to 10000"]),
    ("[key-value]\nentries = 0", ["toml:2:1", "`key-value.entries`", "from 1 to 100000"]),
    ("[key-value]\nredis = \"http://it\"", ["toml:2:1", "`key-value.redis`", "must begin with redis://"]),
    ("[http]\nbase-path = \"insights\"", ["toml:2:1", "`http.base-path`", "begin with `/`"]),
    ("[http.tls]\nkey = \"key.pem\"", ["toml:1:7", "`http.tls.certificate`", "PEM"]),
    ("[state]\ndirectory = \"state\"", ["toml:2:1", "`state.directory`", "an absolute path, or `off`"]),
    ("[state]\nversions = 0", ["toml:2:1", "`state.versions`", "from 1 to 20"]),
    ("[audit]\npath = 5", ["toml:2:1", "`audit.path`", "must be text in quotes"]),
    ("[auth]\nsigning-keys-pause = \"1ms\"", ["toml:2:1", "`auth.signing-keys-pause`", "from 100 ms"]),
    (
        "[auth.issuers.a]\ntenants = [\"contoso.com\"]\napplication = \"app\"\nscopes = [\"Insights.Read\"]",
        ["toml:2:1", "`auth.issuers.a.tenants`", "directory (tenant) IDs"],
    ),
    ("[auth.api-keys.a]\nsha256 = \"short\"", ["toml:2:1", "`auth.api-keys.a.sha256`", "is not the hash of a key"]),
    ("[telemetry]\nlog-format = \"xml\"", ["toml:2:1", "`telemetry.log-format`", "`auto`"]),
    ("[telemetry]\nlog = \"=\"", ["toml:2:1", "`telemetry.log`", "must be a level"]),
    ("[telemetry.traces]\nendpoint = \"collector\"", ["toml:2:1", "`telemetry.traces.endpoint`", "must be a URL"]),
    ("[telemetry.traces]\nsample = 2.0", ["toml:2:1", "`telemetry.traces.sample`", "from 0 to 1"]),
    ("[http]\nlisten = 127.0.0.1", ["toml:2:", "listen = 127.0.0.1", "not TOML"]),
];

fn mistakes(text: &str) -> Vec<String> {
    let message = Config::parse(text).expect_err("it is wrong");
    message.split("\n  ").skip(1).map(str::to_owned).collect()
}

#[test]
fn every_mistake_names_file_key_and_remedy() {
    for (text, words) in WRONG {
        let mistakes = mistakes(text);

        let [mistake] = mistakes.as_slice() else {
            panic!("{text}: not one mistake, but {mistakes:#?}");
        };
        assert!(mistake.starts_with("insight-host.toml:"), "{text}: {mistake}");
        for word in words {
            assert!(mistake.contains(word), "{text}: {word:?} is not in {mistake}");
        }
    }
}

#[test]
fn each_table_has_a_mistake_above() {
    let mut tables = schema_node::SchemaNode::root().names();

    tables.retain(|table| {
        !WRONG.iter().any(|(_, [_, key, _])| key.trim_matches('`').split(['.', '[']).next() == Some(table))
    });

    assert_eq!(tables, [""; 0]);
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = "[limits]\ntime = 4\nmemroy = 1\nfuel = 0\nmemory = \"1GiB\"\n[http]\nconnections = 0\nhead_time = \"1s\"\n\
                body-time = \"1m\"\n[admin]\nlisten = \"no\"\n[plugins.a]\nrate = \"50\"\n[plugins.b.limits]\ntime = \"5s\"";

    let found = mistakes(text);

    let lines = [2, 3, 4, 5, 7, 8, 9, 11, 13, 15];
    let told: Vec<&str> = found.iter().filter_map(|mistake| mistake.split(':').nth(1)).collect();
    assert_eq!(told, lines.map(|line: u8| line.to_string()), "{found:#?}");
}

#[test]
fn what_lacks_only_what_was_wrong_is_not_told_twice() {
    let text = "[plugins.a.grants]\nhttp = [{ origin = 5 }]\n[plugins.a.grants.secrets.t]\nfile = 5\n\
                hosts = [\"a.com\"]\nheader = \"authorization\"";

    let found = mistakes(text);

    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn no_secret_is_in_a_message() {
    for text in [
        "[key-value]\nredis = \"http://:hunter2@localhost\"",
        "[key-value]\nredis = [\"redis://:hunter2@localhost\"]",
        "[key-value]\nredis = { url = \"redis://:hunter2@localhost\" }",
        "key-value = \"redis://:hunter2@localhost\"",
        "[key-value]\nredis = \"redis://:hunter2@localhost",
        "[key-value]\nredis = redis://:hunter2@localhost",
        "[key-value]\nreddis = \"redis://:hunter2@localhost\"",
    ] {
        let message = mistakes(text).join("\n");

        assert!(message.contains("toml:"), "{text}: {message}");
        assert!(!message.contains("hunter2"), "{text}: {message}");
    }
}
