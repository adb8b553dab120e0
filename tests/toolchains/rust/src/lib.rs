//! Activities of an account; it panics or never ends for the records that ask for it.

use std::time::{SystemTime, UNIX_EPOCH};

use insight_sdk::{About, Activity, ActivityRequest, CallContext, Failure, Page, Profile, RecordSummary};

struct Probe;

impl About for Probe {
    fn describe() -> Profile {
        insight_sdk::profile!().title("Probe").languages(&["en"])
    }
}

impl RecordSummary for Probe {
    fn answer(context: CallContext, request: ActivityRequest) -> Result<Page<Activity>, Failure> {
        let record = request.about.record_id.as_str();
        assert_ne!(record, "trap", "nothing to see here");
        // Neither has an effect, so the compiler may take the loop for none if it sees that.
        while std::hint::black_box(record) == "loop" {}
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| Failure::Failed(error.to_string()))?;
        let clock = format!("The clock says {}.", now.as_millis());
        let last = if record == "clock" { clock.as_str() } else { "A call is planned." };
        let texts = ["A contract was signed.", "A visit took place.", last];
        let page = request.page(texts).map(|text| Activity::new("Activity", text, context.received_at.clone()));
        Ok(page.in_language("en"))
    }
}

insight_sdk::export!(Probe: About, RecordSummary);
