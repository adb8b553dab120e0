//! Dates of the Gregorian calendar, and the days before them.

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Its year, 1 to 9999.
    pub year: u16,
    /// Its month, 1 to 12.
    pub month: u8,
    /// Its day, 1 to 31.
    pub day: u8,
}

/// Days of four centuries, after which the calendar repeats.
const DAYS_OF_ERA: i64 = 146_097;

/// Counts the days from 1 January 1970 to a date.
///
/// Years begin with March here, so that the leap day is their last. See "chrono-Compatible Low-Level Date Algorithms"
/// by Howard Hinnant.
pub(super) const fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_OF_ERA + day_of_era - 719_468
}

/// Returns the date that lies so many days after 1 January 1970.
pub(super) const fn date(days: i64) -> Date {
    let days = days + 719_468;
    let era = days.div_euclid(DAYS_OF_ERA);
    let day_of_era = days.rem_euclid(DAYS_OF_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    Date { year: year as u16, month: month as u8, day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8 }
}

/// Returns the days of a month.
pub(super) const fn days_of_month(year: i64, month: i64) -> i64 {
    let next = if month == 12 { days_before(year + 1, 1, 1) } else { days_before(year, month + 1, 1) };
    next - days_before(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_before_known_dates_are_known() {
        assert_eq!(days_before(1970, 1, 1), 0);
        assert_eq!(days_before(2000, 2, 29), 11_016);
        assert_eq!(date(11_016), Date { year: 2000, month: 2, day: 29 });
        assert_eq!(date(-1), Date { year: 1969, month: 12, day: 31 });
    }

    #[test]
    fn february_has_29_days_every_fourth_year_but_in_most_centuries() {
        let february = [2024, 2026, 2000, 1900].map(|year| days_of_month(year, 2));

        assert_eq!(february, [29, 28, 29, 28]);
    }
}
