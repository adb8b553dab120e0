//! A guest whose caller selects its behaviour, however hostile.
//!
//! The identifier of the record names the behaviour: `panic`, or `slow:250` with an argument. A
//! `behaviour` in the settings beside the component takes precedence, so that copies of one
//! component can end in different ways in the same request.

mod answers;
mod busy;
mod echo;
mod endings;
mod greed;
mod idle;
mod output;
mod past;
mod reach;
mod store;
mod wasi_http;
mod web;

use insight_sdk::{Activity, ActivityRequest, CallContext, Failure, Page, RecordSummary, config};

/// The plugin.
struct Rogue;

insight_sdk::export!(Rogue: RecordSummary);

/// The result of every behaviour that ends.
type Answer = Result<Page<Activity>, Failure>;

impl RecordSummary for Rogue {
    fn answer(context: CallContext, request: ActivityRequest) -> Answer {
        let asked = config::get("behaviour").unwrap_or_else(|| request.about.record_id.clone());
        let (behaviour, argument) = asked.split_once(':').unwrap_or((&asked, ""));
        match behaviour {
            "echo" => echo::echo(&context, &request),
            "moments" => echo::moments(&context, &request),
            _ => behave(behaviour, argument, &context),
        }
    }
}

fn behave(behaviour: &str, argument: &str, context: &CallContext) -> Answer {
    match behaviour {
        "ok" => said("ok"),
        "not-found" => Err(Failure::RecordNotFound),
        "wrong-crm" => Err(Failure::InvalidCrmConnection),
        "not-permitted" => Err(Failure::NotPermitted),
        "sign-in-required" => Err(Failure::SignInRequired),
        "backend-unavailable" => Err(Failure::Unavailable("the backend is asleep".into())),
        "throttled" => Err(Failure::Throttled(argument.parse().ok())),
        "invalid-request" => Err(Failure::InvalidRequest("the question makes no sense".into())),
        "failed" => Err(Failure::Failed("the backend is in flames".into())),

        "spin" => busy::spin(),
        "spin-in-host-calls" => busy::spin_in_host_calls(),
        "spin-in-bulk-fills" => busy::spin_in_bulk_fills(),
        "work" => busy::work(number(argument)),
        "recurse" => said(busy::recurse(0).to_string()),

        "slow" => idle::answer_after(number(argument)),
        "answer-at-deadline" => idle::answer_at_deadline(context, number(argument)),
        "sleep-an-hour" => idle::answer_after(3_600_000),
        "poll-for-ever" => idle::poll_for_ever(idle::POLLABLES),
        "poll-for-ever-for-each-of" => idle::poll_for_ever(number(argument)),

        "grow-memory" => greed::grow_memory(),
        "hold-memory" => greed::hold_memory(number(argument)),
        "reserve-memory" => greed::reserve_memory(number(argument)),
        "pollables" => greed::create_pollables(),
        "streams" => greed::create_streams(),
        "random" => greed::ask_for_random_bytes(),

        "long-string" => answers::long_string(number(argument)),
        "many-items" => answers::many_items(number(argument)),
        "empty-fields" => answers::empty_fields(),
        "long-title" => answers::long_title(),
        "bad-date" => answers::bad_date(),
        "javascript-url" => answers::javascript_url(),
        "ansi" => answers::control_characters(),
        "many-properties" => answers::many_properties(),
        "one-good-of-four" => answers::one_good_of_four(),
        "heedless" => answers::heedless(),

        "panic" => endings::panic(argument),
        "abort" => std::process::abort(),
        "exit" => endings::exit(number(argument)),
        "divide-by-zero" => said(endings::divide(1, 0).to_string()),
        "unreachable" => core::arch::wasm32::unreachable(),

        "flood-stdout" => output::flood_stdout(),
        "write-nothing" => output::write_nothing(),
        "log" => output::log(argument),
        "log-line-feeds" => output::log_line_feeds(number(argument)),

        "read-file" => reach::read_file(argument),
        "list-files" => reach::list_files(),
        "connect" => reach::connect(argument),
        "bind" => reach::bind(),
        "environment" => reach::environment(),

        "fetch" => web::fetch(argument),
        "fetch-and-sleep" => web::fetch_and_sleep(argument),
        "fetch-all" => web::fetch_all(argument),
        "fetch-long" => web::fetch_long(number(argument)),
        "fetch-with-headers" => web::fetch_with_headers(number(argument)),
        "reveal" => web::reveal(argument),
        "report" => web::post(argument, echo::report(context)),
        "wasi-report" => wasi_http::post(argument, echo::report(context)),
        "wasi-fetch" => wasi_http::fetch(argument),
        "wasi-fields" => wasi_http::create_fields(),
        "wasi-requests" => wasi_http::create_requests(),
        "wasi-headers" => wasi_http::grow_fields(),
        "wasi-header" => wasi_http::set_header(argument),

        "remember" => past::remember(),
        "recall" => past::recall(),

        "keep" => store::keep(argument),
        "keep-shortly" => store::keep_shortly(argument),
        "kept" => store::kept(argument),
        "forget" => store::forget(argument),
        "keep-long" => store::keep_long(argument),
        "keep-under-long-key" => store::keep_under_long_key(argument),
        "keep-many" => store::keep_many(argument),
        "look-often" => store::look_often(argument),

        unknown => Err(Failure::InvalidRequest(format!("there is no behaviour `{unknown}`"))),
    }
}

/// Answers with one item, whose title is a text for the test.
fn said(what: impl Into<String>) -> Answer {
    Ok(Page::cut([activity(what)], 0, 1))
}

/// Creates a valid item.
fn activity(title: impl Into<String>) -> Activity {
    Activity::new(title, "A guest says so.", "2026-05-12T08:30:00Z")
}

/// Parses the argument of a behaviour that takes a number.
fn number<N: std::str::FromStr>(argument: &str) -> N {
    argument.parse().ok().expect("the test names a number")
}
