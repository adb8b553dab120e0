use super::*;

fn proxies(variables: &[(&str, &str)]) -> Proxies {
    let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Proxies::of_environment(value, Exceptions::of([".example.org"]))
}

fn chosen(proxies: &Proxies, url: &str) -> Option<String> {
    proxies.of(&url.parse().expect("the test writes a URL")).map(ToString::to_string)
}

#[test]
fn variables_name_proxies_by_the_scheme_of_the_destination() {
    let both =
        proxies(&[("https_proxy", "http://one:3128"), ("HTTPS_PROXY", "http://other"), ("HTTP_PROXY", "two:80")]);

    assert_eq!(chosen(&both, "https://login.example/keys").as_deref(), Some("http://one:3128"));
    assert_eq!(chosen(&both, "http://login.example/keys").as_deref(), Some("http://two:80"));
    assert_eq!(chosen(&proxies(&[]), "https://login.example/keys"), None);
}

#[test]
fn exceptions_and_this_machine_are_reached_directly() {
    let direct = "internal.example, *.corp.example,10.0.0.0/8,192.0.2.7,fd00::/8";
    let proxies = proxies(&[("HTTPS_PROXY", "one:3128"), ("NO_PROXY", direct)]);

    for url in [
        "https://internal.example",
        "https://a.INTERNAL.example.",
        "https://corp.example",
        "https://a.b.corp.example",
        "https://login.example.org",
        "https://10.1.2.3",
        "https://192.0.2.7",
        "https://[fd00::1]",
        "https://localhost:4318",
        "https://127.0.0.1",
        "https://[::1]",
    ] {
        assert_eq!(chosen(&proxies, url), None, "{url}");
    }
    for url in ["https://notinternal.example", "https://11.0.0.1", "https://192.0.2.8", "https://[fe80::1]"] {
        assert_eq!(chosen(&proxies, url).as_deref(), Some("http://one:3128"), "{url}");
    }
    let none = Proxies::through(Proxy::parse("one:80").expect("a proxy"), "fetch.proxy", Exceptions::of(["*"]));
    assert_eq!(chosen(&none, "https://login.example"), None);
}

#[test]
fn credentials_are_sent_and_never_shown() {
    let proxy = Proxy::parse("http://user:p%40ss@proxy.example:8080").expect("it is a proxy");

    let value = proxy.authorization().expect("it has credentials");
    assert_eq!(value.to_str().expect("ASCII"), format!("Basic {}", BASE64_STANDARD.encode("user:p@ss")));
    assert_eq!(format!("{proxy} {proxy:?}"), "http://proxy.example:8080 Proxy(http://proxy.example:8080)");
    assert!(value.is_sensitive());
}

#[test]
fn a_proxy_of_another_kind_is_not_used_and_named() {
    for other in ["socks5://one:1080", "https://one:3128", "http://one/path", "http://", "one two"] {
        assert_eq!(Proxy::parse(other), None, "{other}");
    }
    let proxies = proxies(&[("HTTPS_PROXY", "socks5://one:1080")]);
    assert_eq!((chosen(&proxies, "https://login.example"), proxies.unusable), (None, vec!["HTTPS_PROXY"]));
}
