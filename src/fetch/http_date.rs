//! Dates in HTTP headers, in the three forms of RFC 9110 §5.6.7.

use jiff::{
    Timestamp,
    civil::DateTime,
    fmt::{rfc2822, strtime},
    tz::TimeZone,
};

/// The old forms: RFC 850 and C's `asctime`; all three are in UTC.
const OLD_FORMS: [&str; 2] = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// Servers get weekdays wrong, so they are not held against the date.
const PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);

pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = PARSER.parse_timestamp(text) {
        return Some(time);
    }
    OLD_FORMS.iter().find_map(|form| {
        let parts = strtime::parse(form, text).ok()?;
        let time: DateTime = parts.to_datetime().ok()?;
        TimeZone::UTC.to_timestamp(time).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        let time: Timestamp = "1994-11-06T08:49:37Z".parse().unwrap();
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 +0000",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
        }
        for text in ["", "0", "-1", "soon", "1994-11-06"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
