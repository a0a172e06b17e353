//! Recognises pages that want to see a browser before they answer.

use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::headers::text_of;

/// How much of a refusal is read in search of the marks below.
pub(super) const MOST_MARKED_BYTES: usize = 32 * 1024;

/// Statuses under which walls are put up.
const WALL_STATUSES: [u16; 5] = [401, 403, 406, 429, 503];

/// Marks in refusals by Cloudflare, DDoS-Guard, Imperva and others like them.
const MARKS: [&[u8]; 14] = [
    b"<title>Just a moment...",
    b"Attention Required! | Cloudflare",
    b"challenge-platform",
    b"cf-chl-",
    b"_cf_chl_opt",
    b"DDoS-Guard",
    b"_Incapsula_Resource",
    b"Pardon Our Interruption",
    b"px-captcha",
    b"captcha-delivery.com",
    b"sucuri_cloudproxy",
    b"errors.edgesuite.net",
    b"Checking your browser",
    b"Enable JavaScript and cookies to continue",
];

/// Marks that stand in short pages with status 200 and in no page of a blog.
const MARKS_OF_200: [&[u8]; 3] = [b"_Incapsula_Resource", b"captcha-delivery.com", b"_cf_chl_opt"];
const LONGEST_WALL_OF_200: usize = 8 * 1024;

/// Whether the headers alone say so.
pub(super) fn is_announced(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| {
        headers.get(name).is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    };
    is("cf-mitigated", "challenge")
        || is("x-amzn-waf-action", "challenge")
        || is("x-amzn-waf-action", "captcha")
}

/// Whether the beginning of the body is worth reading to tell.
pub(super) fn may_hide_in(status: u16, headers: &HeaderMap) -> bool {
    WALL_STATUSES.contains(&status) && is_html(headers)
}

pub(super) fn is_marked(body: &[u8]) -> bool {
    MARKS.iter().any(|mark| memchr::memmem::find(body, mark).is_some())
}

/// Whether what came as a document is a wall.
pub(super) fn is_in_place_of(headers: &HeaderMap, body: &[u8]) -> bool {
    body.len() <= LONGEST_WALL_OF_200
        && is_html(headers)
        && MARKS_OF_200.iter().any(|mark| memchr::memmem::find(body, mark).is_some())
}

fn is_html(headers: &HeaderMap) -> bool {
    text_of(headers, &CONTENT_TYPE).is_some_and(|it| it.to_ascii_lowercase().contains("html"))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn html() -> HeaderMap {
        let value = HeaderValue::from_static("text/html; charset=UTF-8");
        HeaderMap::from_iter([(CONTENT_TYPE, value)])
    }

    #[test]
    fn a_wall_is_known_by_its_header_or_its_marks() {
        let mut announced = HeaderMap::new();
        assert!(!is_announced(&announced));
        announced.insert("cf-mitigated", HeaderValue::from_static("challenge"));
        assert!(is_announced(&announced));
        assert!(may_hide_in(403, &html()) && !may_hide_in(404, &html()));
        assert!(is_marked(b"<html><title>Just a moment...</title>"));
        assert!(!is_marked(b"<html><title>403 Forbidden</title>"));
    }

    #[test]
    fn a_short_page_of_marks_in_place_of_a_document_is_a_wall() {
        let wall = b"<html><script src=\"/_Incapsula_Resource?SWJIYLWA=1\"></script></html>";
        assert!(is_in_place_of(&html(), wall));
        assert!(!is_in_place_of(&HeaderMap::new(), wall));
        let mut long = wall.to_vec();
        long.resize(LONGEST_WALL_OF_200 + 1, b' ');
        assert!(!is_in_place_of(&html(), &long));
    }
}
