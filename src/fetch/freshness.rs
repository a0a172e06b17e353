//! When to come back, as the server says: cache lifetimes and `Retry-After`.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};

use super::{headers::text_of, http_date};

/// Nothing that a server asks for is taken to mean longer than this.
const LONGEST: Duration = Duration::from_hours(31 * 24);

/// What is left of the answer's lifetime (RFC 9111 §4.2), as a private cache sees it: `max-age`,
/// and without one `Expires`, less the time it spent in shared caches. Directives that cannot be
/// read are passed over; `no-cache` and `no-store` promise nothing.
pub(super) fn lifetime(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let control = CacheControl::parse(headers);
    if control.no_cache {
        return None;
    }
    let whole = match control.max_age {
        Some(age) => age,
        None => until(&text_of(headers, &EXPIRES)?, headers, now)?,
    };
    let age = text_of(headers, &AGE).and_then(|it| seconds(&it)).unwrap_or_default();
    Some(whole.saturating_sub(age).min(LONGEST)).filter(|it| !it.is_zero())
}

/// `Retry-After` (RFC 9110 §10.2.3) as seconds or as a date; a date that has passed asks for nothing.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = text_of(headers, &RETRY_AFTER)?;
    let asked = seconds(&text).or_else(|| until(&text, headers, now))?;
    Some(asked.min(LONGEST)).filter(|it| !it.is_zero())
}

/// What time the server says it is (RFC 9110 §6.6.1).
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date::parse(&text_of(headers, &DATE)?)
}

#[derive(Default)]
struct CacheControl {
    max_age: Option<Duration>,
    no_cache: bool,
}

impl CacheControl {
    fn parse(headers: &HeaderMap) -> Self {
        let mut control = Self::default();
        for line in headers.get_all(CACHE_CONTROL) {
            for directive in String::from_utf8_lossy(line.as_bytes()).split(',') {
                let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
                match name.trim().to_ascii_lowercase().as_str() {
                    "no-cache" | "no-store" => control.no_cache = true,
                    "max-age" if control.max_age.is_none() => {
                        control.max_age = seconds(value.trim().trim_matches('"'));
                    }
                    _ => {}
                }
            }
        }
        control
    }
}

/// Time until a date, by the server's own clock if it tells it.
fn until(date: &str, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let then = http_date::parse(date)?;
    let from = date_of(headers, &DATE).unwrap_or(now);
    Some(Duration::try_from(then.duration_since(from)).unwrap_or_default())
}

fn date_of(headers: &HeaderMap, name: &HeaderName) -> Option<Timestamp> {
    http_date::parse(&text_of(headers, name)?)
}

/// Whole seconds, at most [`LONGEST`]; some servers write `120.0`.
fn seconds(text: &str) -> Option<Duration> {
    let text = text.trim();
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if whole.is_empty() || !whole.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some(whole.parse().map_or(LONGEST, |it| Duration::from_secs(it).min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const DATE_LINE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        headers
    }

    fn now() -> Timestamp {
        "1994-11-06T07:49:37Z".parse().unwrap()
    }

    #[test]
    fn the_lifetime_is_max_age_or_else_expires() {
        let expires = ("expires", "Sun, 06 Nov 1994 09:49:37 GMT");
        for (lines, expected) in [
            (vec![("cache-control", "public, Max-Age=3600")], Some(HOUR)),
            (vec![("cache-control", "max-age=\"3600\"")], Some(HOUR)),
            (vec![("cache-control", "public"), ("cache-control", "max-age=3600")], Some(HOUR)),
            (vec![("cache-control", "max-age=60, s-maxage=9"), expires], Some(HOUR / 60)),
            (vec![("cache-control", "max-age=7200"), ("age", "3600")], Some(HOUR)),
            (vec![("cache-control", "max-age=60"), ("age", "3600")], None),
            (vec![expires, DATE_LINE], Some(HOUR)),
            (vec![expires], Some(HOUR * 2)),
            (vec![("cache-control", "public"), expires, DATE_LINE], Some(HOUR)),
            (vec![("expires", "Sunday, 06-Nov-94 09:49:37 GMT"), DATE_LINE], Some(HOUR)),
            (vec![], None),
        ] {
            assert_eq!(lifetime(&headers(&lines), now()), expected, "{lines:?}");
        }
    }

    #[test]
    fn no_cache_and_past_dates_promise_no_lifetime() {
        let expires = ("expires", "Sun, 06 Nov 1994 09:49:37 GMT");
        for lines in [
            vec![("cache-control", "no-cache, max-age=3600")],
            vec![("cache-control", "no-store"), expires],
            vec![("cache-control", "max-age=0"), expires],
            vec![("expires", "0")],
            vec![("expires", "-1")],
            vec![("expires", "Sat, 05 Nov 1994 09:49:37 GMT"), DATE_LINE],
        ] {
            assert_eq!(lifetime(&headers(&lines), now()), None, "{lines:?}");
        }
    }

    #[test]
    fn malformed_directives_are_passed_over() {
        let expires = ("expires", "Sun, 06 Nov 1994 09:49:37 GMT");
        for value in ["max-age=soon", "max-age=", ",,=,;", "max-age=-1", "max age = 7"] {
            let lines = [("cache-control", value), expires, DATE_LINE];
            assert_eq!(lifetime(&headers(&lines), now()), Some(HOUR), "{value}");
        }
        let endless = [("cache-control", "max-age=99999999999999999999999")];
        assert_eq!(lifetime(&headers(&endless), now()), Some(LONGEST));
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let later = ("retry-after", "Sun, 06 Nov 1994 09:49:37 GMT");
        for (lines, expected) in [
            (vec![("retry-after", "3600")], Some(HOUR)),
            (vec![("retry-after", "3600.0")], Some(HOUR)),
            (vec![("retry-after", "99999999999999999999999")], Some(LONGEST)),
            (vec![later, DATE_LINE], Some(HOUR)),
            (vec![later], Some(HOUR * 2)),
            (vec![("retry-after", "Sat, 05 Nov 1994 09:49:37 GMT")], None),
            (vec![("retry-after", "0")], None),
            (vec![("retry-after", "-5")], None),
            (vec![("retry-after", "soon")], None),
        ] {
            assert_eq!(retry_after(&headers(&lines), now()), expected, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_nothing_lasts_longer_than_a_month(
            control in "(max-age|no-cache|[a-z]{1,8})[ =\",0-9.-]{0,24}",
            date in "[ -~]{0,40}|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{1,5} [0-9:]{8} GMT",
        ) {
            let lines = [
                ("cache-control", control.as_str()), ("expires", &date), ("date", &date),
                ("retry-after", &date), ("age", &control),
            ];
            let headers = headers(&lines);
            prop_assert!(lifetime(&headers, now()).unwrap_or_default() <= LONGEST);
            prop_assert!(retry_after(&headers, now()).unwrap_or_default() <= LONGEST);
        }
    }
}
