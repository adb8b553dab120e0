//! Paths in other forms: the same route, the same grants, and one form in the log.

use insight_tests::wait_for;

use crate::auth::new_key;
use crate::host;
use crate::parameters::RECORD;

/// Forms of one path.
const FORMS: [&str; 6] = [
    "/api/providers/well/record-summary",
    "//api/providers/well/record-summary",
    "/api//providers///well/record-summary",
    "/api/providers/well/record-summary/",
    "/api/providers/%77ell/record%2Dsummary",
    "/%61pi/providers/well/record-summary//",
];

#[test]
fn a_path_in_another_form_is_the_same_route_with_the_same_grants() {
    let (key, settings) = new_key(&["--name", "one", "--providers", "well"]);
    let host = host().guest("well").guest("rogue").settings(&settings).log("debug").start();
    let ask = |path: &str, key: &str| {
        let head = format!("GET {path}?{RECORD} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\r\n");
        host.wire().send(head).read_answer()
    };

    for form in FORMS {
        assert!(ask(form, &key).starts_with("HTTP/1.1 200 "), "{form}");
        assert!(ask(form, "nobody's").starts_with("HTTP/1.1 401 "), "{form}");
        let other = form.replace("%77ell", "%72ogue").replace("well", "rogue");
        assert!(ask(&other, &key).starts_with("HTTP/1.1 403 "), "{other}");
    }

    let answered = || {
        let log = host.log();
        let lines = log.lines().filter(|line| line.contains("/providers/") && line.contains("request answered"));
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        (lines.len() == 3 * FORMS.len()).then_some(lines)
    };
    for line in wait_for("a line per request", answered) {
        let path = |name: &str| format!(" path=/api/providers/{name}/record-summary}}");
        assert!(line.contains(&path("well")) || line.contains(&path("rogue")), "{line}");
    }
}

#[test]
fn probes_are_found_by_any_form_of_their_path() {
    let host = host().settings("[http]\nbase-path = \"/insights\"\n").start();

    for target in ["/healthz/", "//readyz", "/%68ealthz", "/insights//readyz/"] {
        let answer = host.wire().send(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n")).read_answer();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{target}: {answer}");
    }
}
