//! The lines of a `robots.txt` that mean something.

use std::time::Duration;

use super::MOST_ROBOTS_BYTES;

pub(super) enum Line<'b> {
    /// A name as written, or `*`.
    Agent(&'b [u8]),
    Rule {
        allows: bool,
        path: &'b [u8],
    },
    Delay(Duration),
    Sitemap(String),
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// A longer delay is a mistake, or means "never".
const LONGEST_DELAY: Duration = Duration::from_hours(24);
/// As Google's reader takes them, whose users wrote them.
const SLIPS_OF_DISALLOW: [&str; 5] = ["dissallow", "dissalow", "disalow", "diasllow", "disallaw"];

pub(super) fn lines(body: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let body = whole_lines(body);
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    body.split(|byte| matches!(byte, b'\r' | b'\n')).filter_map(Line::of)
}

/// What is read of a longer file ends with a whole line: `Disallow: /pri` would forbid too much.
fn whole_lines(body: &[u8]) -> &[u8] {
    let Some((head, _)) = body.split_at_checked(MOST_ROBOTS_BYTES) else { return body };
    if head.len() == body.len() {
        return body;
    }
    let end = head.iter().rposition(|byte| matches!(byte, b'\r' | b'\n'));
    &head[..end.unwrap_or_default()]
}

impl<'b> Line<'b> {
    fn of(line: &'b [u8]) -> Option<Self> {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii();
        let (key, value) = split(line)?;
        let key = String::from_utf8_lossy(key).to_ascii_lowercase();
        match key.as_str() {
            "user-agent" | "useragent" | "user agent" => Some(Self::Agent(value)),
            "allow" => Some(Self::Rule { allows: true, path: value }),
            "disallow" => Some(Self::Rule { allows: false, path: value }),
            slip if SLIPS_OF_DISALLOW.contains(&slip) => {
                Some(Self::Rule { allows: false, path: value })
            }
            "crawl-delay" | "crawldelay" => delay(value).map(Self::Delay),
            "sitemap" | "site-map" if !value.is_empty() => {
                Some(Self::Sitemap(String::from_utf8_lossy(value).into_owned()))
            }
            _ => None,
        }
    }
}

/// Key and value; some write a space in place of the colon.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = |wanted: fn(&u8) -> bool| line.iter().position(wanted);
    let at = match at(|byte| *byte == b':') {
        Some(colon) => colon,
        None => at(u8::is_ascii_whitespace)?,
    };
    Some((line[..at].trim_ascii(), line[at + 1..].trim_ascii()))
}

fn delay(written: &[u8]) -> Option<Duration> {
    let seconds: f64 = str::from_utf8(written).ok()?.parse().ok()?;
    let delay = Duration::try_from_secs_f64(seconds).ok()?;
    Some(delay.min(LONGEST_DELAY))
}
