//! `insight:provider/log`: entries for the host's log, under the plugin's name.

use std::fmt::Write;

use crate::bindings::v1::insight::provider::insight_types::Properties;
use crate::bindings::v1::insight::provider::log;
use crate::guest_log::Level;
use crate::state::GuestState;

impl log::Host for GuestState {
    fn write(&mut self, level: log::Level, message: String, fields: Properties) {
        if self.guest_log.is_full() {
            return self.guest_log.drop_entry(level.into(), &message);
        }
        let mut line = message;
        for field in fields {
            // Writing to a string cannot fail.
            let _ = write!(line, " {}={:?}", field.name, field.value);
        }
        self.guest_log.write(level.into(), "log", &line);
    }
}

impl From<log::Level> for Level {
    fn from(level: log::Level) -> Self {
        match level {
            log::Level::Trace => Self::Trace,
            log::Level::Debug => Self::Debug,
            log::Level::Info => Self::Info,
            log::Level::Warn => Self::Warn,
            log::Level::Error => Self::Error,
        }
    }
}
